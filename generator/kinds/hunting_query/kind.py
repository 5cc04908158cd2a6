"""Hunting queries as a kind of content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from generator.catalog.beside import Beside
from generator.catalog.configuration import Configuration
from generator.catalog.detection import Detection
from generator.catalog.partial import PartialDocument
from generator.catalog.salvage import Hole
from generator.kinds.hunting_query.api import ANSWERED_TYPE, API_VERSION, COLLECTION, TYPE
from generator.kinds.hunting_query.assemble import PARTIAL_QUERIES, assemble, query_of
from generator.kinds.hunting_query.body import CATEGORY, request_body
from generator.kinds.hunting_query.model import HuntingQuery
from generator.kinds.hunting_query.seat import SEAT
from generator.kinds.hunting_query.shape import SHAPE
from generator.kinds.kind import Meaning, Resource
from generator.kinds.shape import Change
from generator.kql.environment import Symbol

if TYPE_CHECKING:  # the SDK and the evaluator take long to load, and most commands use neither
    from generator.azure.client import ArmClient
    from generator.kinds.hunting_query.live import LiveSavedSearches
    from generator.kql_evaluator.table import Table

_REQUIRED = ("category", "displayName", "query")

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


class HuntingQueries:
    """Queries that an analyst runs by hand, on Sentinel's hunting page."""

    name = SEAT.kind
    type = TYPE
    answered_type = ANSWERED_TYPE
    collection = COLLECTION
    catalog = "hunting"
    seat = SEAT
    checks = "generator.kinds.hunting_query.checks"
    raisers = ("generator.kinds.hunting_query.seat",)
    shape = SHAPE
    unique_names = False
    has_query = True
    raises_alerts = False

    def declares(self, detection: Detection) -> Iterator[Symbol]:  # noqa: ARG002
        """Yield nothing: no query refers to it."""
        return iter(())

    def assemble(self, detection: Detection, query: str, beside: Beside) -> Meaning:  # noqa: ARG002
        """Return the hunting query of a document and its rendered query."""
        model = assemble(detection, query)
        return Meaning(model, query_of(model, detection.document))

    def assemble_partly(
        self,
        query: str | None,
        no_query: Hole | None,
        beside: Beside,  # noqa: ARG002
    ) -> Callable[[PartialDocument], Meaning]:
        """Return what gives checks the usable part of a document."""
        return PARTIAL_QUERIES.of(query, no_query)

    def resource(self, model: HuntingQuery, label: str) -> Resource:
        """Return the saved search that a hunting query is."""
        return self.resource_of(model.id, label, request_body(model))

    def behaviour(self, model: HuntingQuery) -> Mapping[str, Any]:
        """Return what a hunting query does."""
        return {"query": model.query}

    def named_columns(self, model: HuntingQuery) -> frozenset[str]:  # noqa: ARG002
        """Return no column: the saved search holds the query alone."""
        return frozenset()

    def alerts(self, model: HuntingQuery, result: Table) -> None:  # noqa: ARG002
        """Return None: an analyst looks at the rows."""
        return

    def is_id(self, text: str) -> bool:
        """Tell whether a text is a GUID, as the id of every hunting query of ours."""
        return _GUID.fullmatch(text) is not None

    def resource_of(self, name: str, label: str, body: Mapping[str, Any]) -> Resource:
        """Return the saved search with this body.

        A template writes it over whatever is there, for which the service wants an etag.
        """
        template = {"etag": "*", **body}
        return Resource(self.name, name, label, SEAT.file(label), TYPE, API_VERSION, body, template)

    def only_in_preview(self, body: Mapping[str, Any]) -> str | None:  # noqa: ARG002
        """Return None: stable versions show all of it."""
        return None

    def is_auto_disabled(self, body: Mapping[str, Any]) -> bool:  # noqa: ARG002
        """Return False: nothing runs that could be switched off."""
        return False

    def named_in(self, query: str) -> frozenset[str]:  # noqa: ARG002
        """Return no name: no query refers to it."""
        return frozenset()

    def is_made_here(self, body: Mapping[str, Any]) -> bool:  # noqa: ARG002
        """Return True: nobody else makes a resource of our GUID."""
        return True

    def obstacle(self, changes: Sequence[Change]) -> None:  # noqa: ARG002
        """Return None: one write makes any number of changes."""
        return

    def unsendable(self, body: Mapping[str, Any]) -> Iterator[str]:
        """Yield why a body from a file cannot be a hunting query that the service holds."""
        properties = body.get("properties")
        if not isinstance(properties, Mapping):
            yield "properties is no object"
            return
        for name in _REQUIRED:
            if not str(properties.get(name) or "").strip():
                yield f"properties.{name} is missing"
        if properties.get("category") not in (None, CATEGORY):
            yield f"properties.category is not {CATEGORY!r}, so it is no hunting query"
        yield from SHAPE.misfits(properties)

    def live(self, arm: ArmClient) -> LiveSavedSearches:
        """Return the saved searches of a workspace."""
        from generator.kinds.hunting_query.live import (  # noqa: PLC0415 - start-up time
            LiveSavedSearches,
        )

        return LiveSavedSearches(arm, self.name)

    def limits(self, configuration: Configuration) -> Mapping[str, int]:  # noqa: ARG002
        """Return no limit: none on saved searches is known."""
        return {}


HUNTING_QUERIES = HuntingQueries()
