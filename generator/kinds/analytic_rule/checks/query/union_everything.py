"""SG104: `union *` in a query."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InQuery, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.kql.lexical import code_alone

_UNION_EVERYTHING = re.compile(
    r"(?<![\w.])union(?:\s+\w+\s*=\s*\w+)*\s*(?:\s\w+\*?\s*,\s*)*\*(?![\w*])", re.ASCII
)


class UnionEverything(RuleCheck):
    """The query holds `union *` outside of strings and comments."""

    code = Code(
        "SG104",
        summary="`union *` in the query",
        explanation=(
            "Analytics rules must not contain `union *`: it reads every table of the workspace, "
            "and Sentinel refuses it. Name the tables; a name with a wildcard such as `union "
            "Device*` is allowed."
        ),
        severity=Severity.ERROR,
        source=(
            "https://learn.microsoft.com/azure/sentinel/create-analytics-rules (the query can't "
            'contain "search *" or "union *")'
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each `union *`."""
        if "union" not in rule.query:
            return
        for match in _UNION_EVERYTHING.finditer(code_alone(rule.query)):
            yield Problem(
                self.code,
                "Sentinel refuses `union *` in an analytics rule",
                InQuery(*match.span()),
                "name the tables",
            )
