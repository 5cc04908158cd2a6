"""SG125: a description without a word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.model import AnalyticRule

_SEEN = re.compile(r"[^\s\u200b-\u200f\u2060\ufeff]")
"""A character that a reader sees: no blank, and nothing without a width."""


class BlankDescription(RuleCheck):
    """The description is empty or holds nothing but blanks."""

    code = Code(
        "SG125",
        summary="Empty description",
        explanation=(
            "The description of a rule becomes that of its alerts: it is the first thing that an "
            "analyst reads. Say what the rule identifies and why that matters, or leave the key "
            "out."
        ),
        severity=Severity.WARNING,
        source=(
            "Azure/Azure-Sentinel, .script/tests/detectionTemplateSchemaValidation (description); "
            "the service itself takes an empty one"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem when there is a description and it says nothing."""
        if rule.description is not None and not _SEEN.search(rule.description):
            yield Problem(
                self.code,
                "the description is empty",
                InDocument(("description",)),
                "say what the rule identifies",
            )
