"""A kind of content that no product has, and resources of any kind kept in memory.

Notes have neither a `kind`, nor a state of being enabled, nor unique names: what holds for rules
only shows here.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.azure.errors import ConflictError, GoneError, ServiceError
from generator.catalog.seat import Seat
from generator.kinds.kind import Resource
from generator.kinds.shape import TEXT, Change, Members, Shape

Body = dict[str, Any]


class Notes:
    name = "note"
    type = "Example.Notes/notes"
    answered_type = "Example.Notes/notes"
    collection = "providers/Example.Notes/notes"
    catalog = "notes"
    seat = Seat(name, "note", "notes", "tests.kinds", "no.json", labels_begin="notes/")
    unique_names = False
    shape = Shape(Members({"displayName": TEXT, "text": TEXT}), frozenset({"seen"}))

    def is_id(self, text: str) -> bool:
        return text.isprintable()

    def resource_of(self, name: str, label: str, body: Mapping[str, Any]) -> Resource:
        return Resource(
            self.name, name, label, self.seat.file(label), self.type, "2026-01-01", body
        )

    def only_in_preview(self, _body: Mapping[str, Any]) -> str | None:
        return None

    def is_auto_disabled(self, _body: Mapping[str, Any]) -> bool:
        return False

    def named_in(self, query: str) -> frozenset[str]:
        return frozenset(re.findall(r"note\((\w+)\)", query))

    def is_made_here(self, _body: Mapping[str, Any]) -> bool:
        return True

    def obstacle(self, _changes: Sequence[Change]) -> None:
        return

    def unsendable(self, body: Mapping[str, Any]) -> Iterator[str]:
        yield from self.shape.misfits(body["properties"])

    def limits(self, _configuration: object) -> Mapping[str, int]:
        return {}


NOTES = Notes()


def note(name: str, text: str = "text") -> Resource:
    properties = {"displayName": "the same name for all", "text": text}
    return NOTES.resource_of(name, f"notes/area/{name}", {"properties": properties})


class Memory:
    """Resources of one kind in memory; `log` tells what was written, `broken` is raised.

    `broken_for` says how often, where that is not for ever.
    """

    def __init__(self, kind: str, log: list[tuple[str, str, str]]) -> None:
        self.kind = kind
        self.stop = threading.Event()
        self.held: dict[str, Body] = {}
        self.broken: dict[str, ServiceError] = {}
        self.broken_for: dict[str, int] = {}
        self._log = log
        self._etags = 0

    def listed(self) -> Iterator[Body]:
        yield from list(self.held.values())

    def get(self, name: str) -> Body:
        if name not in self.held:
            raise GoneError("gone")
        return self.held[name]

    def put(
        self,
        name: str,
        body: Mapping[str, Any],
        etag: str | None,
        *,
        over: Mapping[str, Any] | None = None,  # noqa: ARG002 - the signature of a live API
    ) -> Body:
        self._write("put", name, etag)
        self._etags += 1
        properties = {**body["properties"], "seen": self._etags}
        self.held[name] = {
            **body,
            "name": name,
            "etag": f'"{self._etags}"',
            "properties": properties,
        }
        return self.held[name]

    def delete(self, name: str, etag: str | None) -> None:
        self._write("delete", name, etag)
        del self.held[name]

    def _write(self, what: str, name: str, etag: str | None) -> None:
        if name in self.broken and self.broken_for.get(name, 1):
            if name in self.broken_for:
                self.broken_for[name] -= 1
            raise self.broken[name]
        if (self.held[name]["etag"] if name in self.held else None) != etag:
            raise ConflictError("another etag")
        self._log.append((what, self.kind, name))
