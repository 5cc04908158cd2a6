"""SG452: nRT rule across workspaces."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InQuery, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleResultCheck
from generator.kinds.analytic_rule.model import AnalyticRule, RuleKind
from generator.kql.analysis import Analysis

_OTHER_WORKSPACES = frozenset({"workspace", "resource", "app"})


class NrtAcrossWorkspaces(RuleResultCheck):
    """An NRT rule reads another workspace."""

    code = Code(
        "SG452",
        summary="NRT rule across workspaces",
        explanation=(
            "A near-real-time rule runs in one workspace only: workspace(), resource() and "
            "app() are refused. Make it a Scheduled rule, or deploy the rule to each workspace: "
            "one tenant file each does that."
        ),
        severity=Severity.ERROR,
        source="https://learn.microsoft.com/azure/sentinel/near-real-time-rules (considerations)",
    )

    def examine(
        self, rule: AnalyticRule, detection: Detection, analysis: Analysis
    ) -> Iterator[Problem]:
        """Yield a problem for each call that leads to another workspace."""
        if rule.kind is not RuleKind.NRT:
            return
        for called in analysis.references.functions:
            if called.origin == "builtin" and called.name in _OTHER_WORKSPACES:
                yield Problem(
                    self.code,
                    f"an NRT rule reads one workspace only: {called.name}()",
                    InQuery(called.start, called.end),
                    "make it a Scheduled rule, or deploy it to each workspace",
                )
