"""SG147: a placeholder that names no column."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, DocumentPath, InText, Problem, Severity
from generator.kinds.analytic_rule.checks.alert_details.display_formats import (
    PLACEHOLDER,
    display_formats,
)
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.model import AnalyticRule

_COLUMN = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_BRACES = re.compile(r"\{\{+|\}\}+")


class PlaceholderName(RuleCheck):
    """What stands between the braces of a display format is not a column name."""

    code = Code(
        "SG147",
        summary="Placeholder that is not a column name",
        explanation=(
            "Between `{{` and `}}` of a display format stands the name of one column of the "
            "query's result, without blanks around it: no path into a column, no function, no "
            "text. Anything else is shown as it stands, or empty. Compute the value in the query "
            "and name its column."
        ),
        severity=Severity.WARNING,
        source="https://learn.microsoft.com/azure/sentinel/customize-alert-details",
        superseded_by=("SG420",),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each placeholder that cannot be a column."""
        for member, text in display_formats(rule):
            path = ("alertDetailsOverride", member)
            position = 0
            for placeholder in PLACEHOLDER.finditer(text):
                yield from self._stray_braces(text, position, placeholder.start(), path)
                position = placeholder.end()
                if not _COLUMN.fullmatch(placeholder[1]):
                    yield Problem(
                        self.code,
                        f"{placeholder[0]} in {member} does not name a column",
                        InText(path, *placeholder.span(1)),
                        "write {{Column}} with a column that the query returns",
                    )
            yield from self._stray_braces(text, position, len(text), path)

    def _stray_braces(
        self, text: str, start: int, end: int, path: DocumentPath
    ) -> Iterator[Problem]:
        """Find braces outside of every placeholder: a placeholder that was not closed or opened."""
        for braces in _BRACES.finditer(text, start, end):
            yield Problem(
                self.code,
                f"{braces[0]} in {path[-1]} is no part of a placeholder",
                InText(path, *braces.span()),
                "write {{Column}} with a column that the query returns",
            )
