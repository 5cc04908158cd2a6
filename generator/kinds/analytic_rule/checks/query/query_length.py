"""SG102: a query longer than the service takes."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import QUERY_CHARACTERS
from generator.kinds.analytic_rule.model import AnalyticRule


class QueryLength(RuleCheck):
    """The rendered query has more than 10,000 characters."""

    code = Code(
        "SG102",
        summary="Query too long",
        explanation=(
            "Sentinel takes queries of up to 10,000 characters, comments and indentation "
            "included. Move long lists into a watchlist, or shared parts into a saved function of "
            "the workspace."
        ),
        severity=Severity.ERROR,
        source=(
            "https://learn.microsoft.com/azure/sentinel/create-analytics-rules (queries of 1 to "
            "10,000 characters)"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem when the query is over the limit."""
        length = len(rule.query)
        if length > QUERY_CHARACTERS:
            written = "template" if "template" in detection.document else "query"
            yield Problem(
                self.code,
                f"the query has {length:,} characters; Sentinel takes {QUERY_CHARACTERS:,}",
                InDocument((written,), "key"),
                "move long lists into a watchlist, shared parts into a saved function",
            )
