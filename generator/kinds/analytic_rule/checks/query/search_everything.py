"""SG103: `search *` in a query."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InQuery, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.kql.lexical import code_alone

_SEARCH_EVERYTHING = re.compile(r"(?<![\w.])search(?:\s+kind\s*=\s*\w+)?\s*\*(?!\w)", re.ASCII)


class SearchEverything(RuleCheck):
    """The query holds `search *` outside of strings and comments."""

    code = Code(
        "SG103",
        summary="`search *` in the query",
        explanation=(
            "Analytics rules must not contain `search *`: it reads every column of every table of "
            "the workspace, and Sentinel refuses it. Name the tables and filter their columns."
        ),
        severity=Severity.ERROR,
        source=(
            "https://learn.microsoft.com/azure/sentinel/create-analytics-rules (the query can't "
            'contain "search *" or "union *")'
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each `search *`."""
        if "search" not in rule.query:
            return
        for match in _SEARCH_EVERYTHING.finditer(code_alone(rule.query)):
            yield Problem(
                self.code,
                "Sentinel refuses `search *` in an analytics rule",
                InQuery(*match.span()),
                "name the tables and filter their columns",
            )
