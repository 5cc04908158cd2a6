"""The bases of the checks of rules."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import ModelCheck, ResultCheck
from generator.findings import Problem
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.kql.analysis import Analysis


class RuleCheck(ModelCheck[AnalyticRule]):
    """Looks at the canonical rule, and at the document for where things stand."""

    @abstractmethod
    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield what is wrong with the rule."""


class RuleResultCheck(ResultCheck[AnalyticRule]):
    """Looks at a rule together with the analysis of its query."""

    @abstractmethod
    def examine(
        self, rule: AnalyticRule, detection: Detection, analysis: Analysis
    ) -> Iterator[Problem]:
        """Yield what is wrong; places in the query are `InQuery`."""
