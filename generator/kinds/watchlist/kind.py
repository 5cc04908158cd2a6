"""Watchlists as a kind of content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from generator.catalog.beside import Beside
from generator.catalog.configuration import Configuration
from generator.catalog.detection import Detection
from generator.catalog.partial import PartialDocument
from generator.catalog.salvage import Hole
from generator.kinds.kind import Meaning, Resource
from generator.kinds.shape import Change
from generator.kinds.watchlist.api import API_VERSION, COLLECTION, TYPE
from generator.kinds.watchlist.assemble import meaning_of
from generator.kinds.watchlist.body import LABEL, initial_properties, request_body, template_body
from generator.kinds.watchlist.model import Watchlist
from generator.kinds.watchlist.seat import SEAT
from generator.kinds.watchlist.shape import SHAPE
from generator.kql.environment import Symbol, WatchlistSchema

if TYPE_CHECKING:  # the SDK and the evaluator take long to load, and most commands use neither
    from generator.azure.client import ArmClient
    from generator.kinds.watchlist.live import LiveWatchlists
    from generator.kql_evaluator.table import Table

MAX_ROW_CHANGES = 1_000
"""Rows of one list that one deployment adds and removes: each is a request of seconds, and 100,000
are allowed in a workspace and month (Microsoft Learn, Watchlists)."""

_ALIAS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,62}[A-Za-z0-9]", re.ASCII)
_LOOKED_UP = re.compile(r"_GetWatchlist\s*\(\s*['\"]([^'\"]+)['\"]")
_REQUIRED = ("displayName", "itemsSearchKey")


class Watchlists:
    """Tables of rows that queries look things up in."""

    name = SEAT.kind
    type = TYPE
    answered_type = TYPE
    collection = COLLECTION
    catalog = "watchlists"
    seat = SEAT
    checks = "generator.kinds.watchlist.checks"
    raisers = ("generator.kinds.watchlist.assemble",)
    shape = SHAPE
    unique_names = False
    has_query = False
    raises_alerts = False

    def declares(self, detection: Detection) -> Iterator[Symbol]:
        """Yield the list by its alias and columns."""
        columns = detection.document.get("columns")
        if isinstance(columns, Mapping):
            yield WatchlistSchema(detection.id, tuple(columns.items()))

    def assemble(self, detection: Detection, query: str, beside: Beside) -> Meaning:  # noqa: ARG002
        """Return the watchlist of a document and of its rows, which may lie beside it."""
        return meaning_of(detection, beside)

    def assemble_partly(
        self,
        query: str | None,  # noqa: ARG002
        no_query: Hole | None,  # noqa: ARG002
        beside: Beside,
    ) -> Callable[[PartialDocument], Meaning]:
        """Return what gives checks the usable part of a document."""
        return lambda document: meaning_of(document.detection, beside)

    def resource(self, model: Watchlist, label: str) -> Resource:
        """Return the resource that a watchlist is."""
        return Resource(
            self.name,
            model.alias,
            label,
            SEAT.file(label),
            TYPE,
            API_VERSION,
            request_body(model),
            template_body(model),
            initial_properties(model),
            model.is_artifact,
        )

    def behaviour(self, model: Watchlist) -> Mapping[str, Any]:  # noqa: ARG002
        """Return nothing: a watchlist has no version that a change could ask for."""
        return {}

    def named_columns(self, model: Watchlist) -> frozenset[str]:  # noqa: ARG002
        """Return no column: there is no query."""
        return frozenset()

    def alerts(self, model: Watchlist, result: Table) -> None:  # noqa: ARG002
        """Return None: nothing runs."""
        return

    def is_id(self, text: str) -> bool:
        """Tell whether a text is an alias that a document may have."""
        return _ALIAS.fullmatch(text) is not None

    def resource_of(self, name: str, label: str, body: Mapping[str, Any]) -> Resource:
        """Return the watchlist with this body, of which no template is written."""
        return Resource(
            self.name, name, label, SEAT.file(label), TYPE, API_VERSION, body, is_artifact=False
        )

    def only_in_preview(self, body: Mapping[str, Any]) -> str | None:  # noqa: ARG002
        """Return None: stable versions show all of it."""
        return None

    def is_auto_disabled(self, body: Mapping[str, Any]) -> bool:  # noqa: ARG002
        """Return False: nothing runs that could be switched off."""
        return False

    def named_in(self, query: str) -> frozenset[str]:
        """Return the aliases that a query looks up."""
        return frozenset(match[1] for match in _LOOKED_UP.finditer(query))

    def is_made_here(self, body: Mapping[str, Any]) -> bool:
        """Tell whether a live list of our alias carries our label: anybody may choose an alias."""
        properties = body.get("properties")
        labels = properties.get("labels") if isinstance(properties, Mapping) else None
        return isinstance(labels, list) and LABEL in labels

    def obstacle(self, changes: Sequence[Change]) -> str | None:
        """Return why so many rows are not changed, or None."""
        rows = sum(change.path == "properties.rows" for change in changes)
        if rows <= MAX_ROW_CHANGES:
            return None
        return (
            f"{rows} rows would come or go, one request each, and one deployment changes "
            f"{MAX_ROW_CHANGES}: change fewer at a time, or delete the list and deploy it again"
        )

    def unsendable(self, body: Mapping[str, Any]) -> Iterator[str]:
        """Yield why a body from a file cannot be a watchlist that the service holds."""
        properties = body.get("properties")
        if not isinstance(properties, Mapping):
            yield "properties is no object"
            return
        for name in _REQUIRED:
            if not str(properties.get(name) or "").strip():
                yield f"properties.{name} is missing"
        yield from SHAPE.misfits(properties)

    def live(self, arm: ArmClient) -> LiveWatchlists:
        """Return the watchlists of a workspace."""
        from generator.kinds.watchlist.live import LiveWatchlists  # noqa: PLC0415 - start-up time

        return LiveWatchlists(arm, self.name)

    def limits(self, configuration: Configuration) -> Mapping[str, int]:  # noqa: ARG002
        """Return no limit on the number of lists: none is known."""
        return {}


WATCHLISTS = Watchlists()
