"""The watchlists of a workspace with their rows: one resource for us, many requests in Azure.

The list of watchlists has no etags and no rows, so that each of ours is asked for. A write of raw
content only ever adds rows; what goes is deleted row by row. A deletion is not waited for by its
status document, which never ends (azure-sdk-for-go issue 26937), but by asking for the list.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from generator.azure.answers import Body, named
from generator.azure.client import ArmClient
from generator.azure.errors import (
    ConflictError,
    GoneError,
    InvalidError,
    UnansweredError,
    UnintelligibleError,
)
from generator.kinds.watchlist.api import API_VERSION, COLLECTION, ITEMS
from generator.kinds.watchlist.csv_rows import written
from generator.kinds.watchlist.model import Row

WAITS: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 30.0)
"""Seconds before each look for the end of an upload or a deletion: two minutes in all."""

PART_BYTES = 3_500_000
"""Of raw content in one write: the service takes 3.8 MB (Microsoft Learn, Watchlists)."""

_SECRET = frozenset({"sasuri", "rawcontent"})
"""Members that an answer may have and that are not kept: an upload address holds a signature."""
_UNDER_WAY = frozenset({"new", "inprogress", "uploading"})
_NAMES = uuid.UUID("6c2f2d3e-9f0b-4d5c-8a53-0d7d0f6a4e21")
"""Of rows: the same row of a list always has the same name, so that a repeated write is none."""


class LiveWatchlists:
    """Reads and writes the watchlists of one workspace. Every method raises ServiceError."""

    def __init__(self, arm: ArmClient, kind: str) -> None:
        self.kind = kind
        self.stop = arm.stop
        self._arm = arm

    def listed(self) -> Iterator[Body]:
        """Yield every watchlist as the list shows it: without etag and rows."""
        try:
            for body in self._arm.pages(self._arm.address(COLLECTION), API_VERSION):
                yield _kept(body)
        except GoneError as error:
            raise InvalidError(
                f"there is no such workspace, or Sentinel is not set up in it: {error}"
            ) from error

    def get(self, name: str) -> Body:
        """Return a watchlist with its rows. Raises GoneError when there is none."""
        head = self._head(name)
        rows = [row for _, row in self._items(name)]
        return {**head, "properties": {**head["properties"], "rows": rows}}

    def put(
        self,
        name: str,
        body: Mapping[str, Any],
        etag: str | None,
        *,
        over: Mapping[str, Any] | None = None,
    ) -> Body:
        """Create a watchlist, or change its head and its rows, and return it as it is then.

        Raises ConflictError where it has another etag, or other rows than `over` says.
        """
        properties = dict(body["properties"])
        rows: Sequence[Row] | None = properties.pop("rows", None)
        if etag is None:
            head = self._create(name, properties, rows or ())
            # What became of an upload is read row by row once, when the deployment is verified.
            return {**head, "properties": {**head["properties"], "rows": [*(rows or ())]}}
        self._change(name, properties, rows, etag, over)
        return self.get(name)

    def delete(self, name: str, etag: str | None) -> None:
        """Delete a watchlist and wait until it is gone; one that is gone already is no error."""
        self._arm.delete(self._arm.address(COLLECTION, name), API_VERSION, etag)
        for wait in (0.0, *WAITS):
            self.stop.wait(wait)
            try:
                self._head(name)
            except GoneError:
                return
        raise UnansweredError(f"watchlist {name} is being deleted and was still there at last")

    def _create(self, name: str, properties: Mapping[str, Any], rows: Sequence[Row]) -> Body:
        first, *others = _parts(rows) or [""]
        raw = {"numberOfLinesToSkip": 0, "rawContent": first} if first else {}
        self._write(name, {**properties, "watchlistAlias": name, **raw}, None)
        for part in others:
            etag = self._uploaded(name).get("etag")
            self._write(name, {**properties, "numberOfLinesToSkip": 0, "rawContent": part}, etag)
        return self._uploaded(name)

    def _change(
        self,
        name: str,
        properties: Mapping[str, Any],
        rows: Sequence[Row] | None,
        etag: str,
        over: Mapping[str, Any] | None,
    ) -> None:
        head, items = self._head(name), list(self._items(name))
        planned = None if over is None else over.get("properties", {}).get("rows")
        if head.get("etag") != etag or (planned is not None and not _alike(planned, items)):
            raise ConflictError(f"watchlist {name} has changed meanwhile")
        if any(head["properties"].get(key) != value for key, value in properties.items()):
            self._write(name, properties, etag)
        if rows is None:
            return
        wanted = Counter(_key(row) for row in rows)
        for item, row in items:
            if wanted[_key(row)] > 0:
                wanted[_key(row)] -= 1
            else:
                self._arm.delete(self._arm.address(COLLECTION, name, ITEMS, item), API_VERSION)
        came = {_key(row): row for row in rows}
        for key in wanted.elements():
            named_so = str(uuid.uuid5(_NAMES, f"{name.casefold()}\n{key}\n{wanted[key]}"))
            wanted[key] -= 1
            address = self._arm.address(COLLECTION, name, ITEMS, named_so)
            item_body = {"properties": {"itemsKeyValue": dict(came[key])}}
            self._arm.put(address, item_body, API_VERSION)

    def _write(self, name: str, properties: Mapping[str, Any], etag: str | None) -> None:
        address = self._arm.address(COLLECTION, name)
        body = {"properties": dict(properties)}
        self._arm.put(address, body, API_VERSION, etag=etag, is_new=etag is None)

    def _uploaded(self, name: str) -> Body:
        """Wait until what was uploaded is there; return the head."""
        for wait in (0.0, *WAITS):
            self.stop.wait(wait)
            try:
                head = self._head(name)
            except GoneError:
                continue
            states = (head["properties"].get(key) for key in ("provisioningState", "uploadStatus"))
            if not _UNDER_WAY & {str(state or "").lower() for state in states}:
                return head
        raise UnansweredError(f"the rows of watchlist {name} were still being taken at last")

    def _head(self, name: str) -> Body:
        return _kept(named(name, self._arm.get(self._arm.address(COLLECTION, name), API_VERSION)))

    def _items(self, name: str) -> Iterator[tuple[str, Row]]:
        address = self._arm.address(COLLECTION, name, ITEMS)
        for item in self._arm.pages(address, API_VERSION):
            properties = item.get("properties")
            row = properties.get("itemsKeyValue") if isinstance(properties, Mapping) else None
            if row is None or not isinstance(item.get("name"), str) or not _is_row(row):
                raise UnintelligibleError(f"the service lists a row of {name} that is none")
            yield item["name"], row


def _kept(body: Body) -> Body:
    properties = body.get("properties")
    if not isinstance(properties, Mapping):
        return body
    kept = {name: value for name, value in properties.items() if name.casefold() not in _SECRET}
    return {**body, "properties": kept}


def _is_row(row: Mapping[str, Any]) -> bool:
    return all(isinstance(value, str) for value in row.values())


def _key(row: Row) -> str:
    """Return what two rows have in common exactly if they are equal in every column."""
    return repr(sorted((column, value) for column, value in row.items() if value))


def _alike(planned: Iterable[Row], items: Iterable[tuple[str, Row]]) -> bool:
    return Counter(map(_key, planned)) == Counter(_key(row) for _, row in items)


def _parts(rows: Sequence[Row]) -> list[str]:
    """Return rows as texts of CSV, each with the header and small enough for one write."""
    if not rows:
        return []
    columns = tuple(rows[0])
    parts: list[list[Row]] = [[]]
    size = 0
    for row in rows:
        length = len(written(columns, (row,)).encode())
        if parts[-1] and size + length > PART_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(row)
        size += length
    return [written(columns, part) for part in parts]
