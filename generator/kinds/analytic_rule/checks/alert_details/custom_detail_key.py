"""SG141: a key of a custom detail that Sentinel does not take."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import CUSTOM_DETAIL_KEY_CHARACTERS
from generator.kinds.analytic_rule.model import AnalyticRule

_KEY = re.compile(r"[A-Za-z]\w*", re.ASCII)


class CustomDetailKey(RuleCheck):
    """The key has more than 20 characters, or others than letters, digits and _."""

    code = Code(
        "SG141",
        summary="Malformed key of a custom detail",
        explanation=(
            "The key of a custom detail begins with a letter, goes on with letters, digits and "
            "underscores, and has up to 20 characters."
        ),
        severity=Severity.ERROR,
        source=(
            "Azure/Azure-Sentinel, .script/tests/detectionTemplateSchemaValidation (customDetails "
            "keys)"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each malformed key."""
        for detail in rule.custom_details:
            if len(detail.key) > CUSTOM_DETAIL_KEY_CHARACTERS:
                message = (
                    f"the key {detail.key} has {len(detail.key)} characters; "
                    f"Sentinel takes {CUSTOM_DETAIL_KEY_CHARACTERS}"
                )
            elif not _KEY.fullmatch(detail.key):
                message = f"the key {detail.key!r} must be a letter, then letters, digits and _"
            else:
                continue
            yield Problem(self.code, message, InDocument(("customDetails", detail.key), "key"))
