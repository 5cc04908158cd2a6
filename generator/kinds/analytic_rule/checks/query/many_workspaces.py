"""SG105: a query over more workspaces than a rule may read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InQuery, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import WORKSPACES_IN_QUERY
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.kql.lexical import code_alone

_CALL = re.compile(r"(?<![\w.])workspace\s*\(", re.ASCII)
_ARGUMENT = re.compile(r"""\s*@?(?:"([^"\r\n]*)"|'([^'\r\n]*)')""")


class ManyWorkspaces(RuleCheck):
    """The query names more than 20 different workspaces."""

    code = Code(
        "SG105",
        summary="Too many workspaces in one query",
        explanation=(
            "A rule's query may read up to 20 Sentinel workspaces. Split the rule, or run it in "
            "the workspaces themselves: one tenant file each deploys the same detection to all of "
            "them."
        ),
        severity=Severity.ERROR,
        source=(
            "https://learn.microsoft.com/azure/sentinel/sentinel-service-limits (analytics rules)"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield one problem, at the first workspace over the limit."""
        if rule.query.count("workspace") <= WORKSPACES_IN_QUERY:
            return
        named: set[str] = set()
        for call in _CALL.finditer(code_alone(rule.query)):
            argument = _ARGUMENT.match(rule.query, call.end())
            if argument is None:
                continue
            named.add((argument[1] or argument[2] or "").casefold())
            if len(named) > WORKSPACES_IN_QUERY:
                yield Problem(
                    self.code,
                    f"the query reads more than {WORKSPACES_IN_QUERY} workspaces",
                    InQuery(call.start(), argument.end()),
                    "split the rule, or deploy it to the workspaces themselves",
                )
                return
