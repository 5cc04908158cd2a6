"""The base of the checks that look at the analysis of a query.

They run only where the KQL service is there. What the service says is in the `Analysis`; none of
them asks it anything.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.checks.check import Check
from generator.findings import Problem
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.kql.analysis import Analysis


class QueryCheck(Check):
    """Looks at a rule together with the analysis of its query."""

    @abstractmethod
    def examine(
        self, rule: AnalyticRule, detection: Detection, analysis: Analysis
    ) -> Iterator[Problem]:
        """Yield what is wrong; places in the query are `InQuery`."""
