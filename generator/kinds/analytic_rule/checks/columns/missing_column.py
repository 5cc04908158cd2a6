"""SG420: mapped column that the query does not return."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, Problem, Severity
from generator.kinds.analytic_rule.checks.columns.named_columns import named_columns, shortened
from generator.kinds.analytic_rule.checks.rule_check import RuleResultCheck
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.kql.analysis import Analysis
from generator.text.near_names import did_you_mean


class MissingColumn(RuleResultCheck):
    """A mapping names a column that the query does not return."""

    code = Code(
        "SG420",
        summary="Mapped column that the query does not return",
        explanation=(
            "Entity mappings, custom details, alert details and their placeholders take values "
            "from columns of the query's result. This column is not among them: it is spelt "
            "otherwise (case counts), was dropped by project or summarize, or stands only on "
            "the side of a join that is not returned. Sentinel refuses the rule or leaves the "
            "value empty."
        ),
        severity=Severity.ERROR,
        source="https://learn.microsoft.com/azure/sentinel/map-data-fields-to-entities",
    )

    def examine(
        self, rule: AnalyticRule, detection: Detection, analysis: Analysis
    ) -> Iterator[Problem]:
        """Yield a problem for each named column that is certainly not returned."""
        for named in named_columns(rule):
            if analysis.has_column(named.column) is False and analysis.is_understood:
                returned = [column.name for column in analysis.columns or ()]
                yield Problem(
                    self.code,
                    f"the query does not return a column {named.column!r}"
                    + did_you_mean(named.column, returned),
                    named.place,
                    f"it returns {shortened(returned)}",
                )
