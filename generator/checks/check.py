"""What a check is: a code with its texts, and a function.

A check never sets positions or severities of findings and never prints; it yields `Problem`s.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from generator.catalog.detection import Catalog, Detection
from generator.findings import Code, Problem
from generator.kinds.analytic_rule.model import AnalyticRule


class Check(ABC):
    """One thing that can be wrong, under a stable code, and what looks for it.

    `whole` names top-level members of a detection that the check concludes something from as a
    whole, such as that nothing in them has a name: where a part of one is not usable, the check is
    not asked.
    """

    code: ClassVar[Code]
    whole: ClassVar[tuple[str, ...]] = ()


class DocumentCheck(Check):
    """Looks at a detection as written."""

    @abstractmethod
    def examine(self, detection: Detection) -> Iterator[Problem]:
        """Yield what is wrong with the detection as written."""


class RuleCheck(Check):
    """Looks at the canonical rule, and at the document for where things stand."""

    @abstractmethod
    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield what is wrong with the rule."""


class CatalogCheck(Check):
    """Looks across all detections; each problem comes with the detection that it is reported at."""

    @abstractmethod
    def examine(self, catalog: Catalog) -> Iterator[tuple[Detection, Problem]]:
        """Yield what is wrong between detections."""
