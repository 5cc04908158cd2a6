"""SG421: mapped column that cannot be checked."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InQuery, Problem, Severity
from generator.kinds.analytic_rule.checks.columns.named_columns import named_columns, shortened
from generator.kinds.analytic_rule.checks.rule_check import RuleResultCheck
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.kql.analysis import Analysis


class UndecidedColumns(RuleResultCheck):
    """Whether the query returns a mapped column cannot be known."""

    code = Code(
        "SG421",
        summary="Mapped column that cannot be checked",
        explanation=(
            "Part of the query's result has columns that nobody declared: an undeclared table "
            "or watchlist, or a plugin such as bag_unpack, whose columns depend on the data. So "
            "the named columns may be there or not. End the query with a project that names "
            "them, or declare the table, function or watchlist under schemas/."
        ),
        severity=Severity.NOTE,
        source="https://learn.microsoft.com/azure/sentinel/map-data-fields-to-entities",
    )

    def examine(
        self, rule: AnalyticRule, detection: Detection, analysis: Analysis
    ) -> Iterator[Problem]:
        """Yield one problem, at the construct that leaves the result open."""
        opener = analysis.opened_by
        if opener is None or not analysis.is_understood:
            return
        names = [named.column for named in named_columns(rule)]
        undecided = list(dict.fromkeys(n for n in names if analysis.has_column(n) is None))
        if undecided:
            yield Problem(
                self.code,
                f"whether the query returns {shortened(undecided)} cannot be known: "
                f"`{opener.text}` may give any column",
                InQuery(opener.start, opener.end),
                "end the query with a project that names them, or declare what they come from",
            )
