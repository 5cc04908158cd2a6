"""What a check is: a code with its texts, and a function.

A check never sets positions or severities of findings and never prints; it yields `Problem`s. Those
of one kind of content stand in its folder, those that hold for all in `generator.checks`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar, Generic, TypeVar

from generator.catalog.detection import Catalog, Detection
from generator.findings import Code, Problem
from generator.kql.analysis import Analysis
from generator.kql.query import Query

Model = TypeVar("Model")
"""What a kind of content makes of a document."""


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


class TextCheck(Check):
    """Looks at a query as text, and at the document that it stands in."""

    @abstractmethod
    def examine(self, query: Query, detection: Detection) -> Iterator[Problem]:
        """Yield what is wrong; places in the query are `InQuery`."""


class QueryCheck(Check):
    """Looks at the analysis of a query, where the KQL service is there.

    What the service says is in the `Analysis`; no check asks it anything.
    """

    @abstractmethod
    def examine(self, query: Query, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield what is wrong; places in the query are `InQuery`."""


class ModelCheck(Check, Generic[Model]):
    """Looks at what its kind makes of a document, and at the document for where things stand."""

    @abstractmethod
    def examine(self, model: Model, detection: Detection) -> Iterator[Problem]:
        """Yield what is wrong with the model."""


class ResultCheck(Check, Generic[Model]):
    """Looks at a model together with the analysis of its query."""

    @abstractmethod
    def examine(self, model: Model, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield what is wrong; places in the query are `InQuery`."""


class CatalogCheck(Check):
    """Looks across all detections; each problem comes with the detection that it is reported at."""

    @abstractmethod
    def examine(self, catalog: Catalog) -> Iterator[tuple[Detection, Problem]]:
        """Yield what is wrong between detections."""
