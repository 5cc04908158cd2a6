"""The watchlists of a workspace and their items: rows that uploads only ever add to.

Statuses and members follow the public recordings and issues of the live service: the list shows no
etags, an item that is written as it is keeps its own, a deletion is accepted and the status
document that it points to never ends. What a stale etag is answered was not recorded; here it is
409, as for rules.
"""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from generator.emulator.fresh_workspace import View, WorkspaceApi
from generator.emulator.messages import Answer, RefusedError, Request, read_json_object
from generator.emulator.preconditions import matches, require_headers
from generator.emulator.resource_ids import Collection, Target, Workspace
from generator.emulator.rule_documents import new_etag, timestamp
from generator.emulator.store import StoredRule

WATCHLISTS = Collection(
    ("providers", "Microsoft.SecurityInsights", "watchlists"),
    frozenset({"watchlistitems", "watchliststatuses"}),
)
PAGE_SIZE = 100
"""Items of one page; the live service's number is not known."""
LARGEST_UPLOAD = 3_800_000
_REQUIRED = ("displayName", "provider", "itemsSearchKey")
_ALL = 1_000_000


class WatchlistsApi(WorkspaceApi):
    """Answers requests for watchlists and their items from a store."""

    collection = WATCHLISTS

    def list_can_show(self, request: Request, target: Target, view: View) -> bool:
        """Return whether a list through a view could differ from a fresh one."""
        if request.method != "GET" or target.name is not None or not view.lag:
            return False
        return self._store.lags(_heads(target.workspace), view.lag)

    def wants_a_taken_name(self, request: Request, target: Target) -> bool:  # noqa: ARG002
        """Return whether a name is taken by another one: display names repeat (recorded)."""
        return False

    def can_be_stale(self, request: Request, target: Target) -> bool:
        """Return whether a stale answer to the request could differ from a fresh one."""
        place = _heads(target.workspace)
        is_head = request.method == "GET" and target.part is None
        return is_head and self._store.has_stale_view(place, target.name)

    def conflict(self, target: Target) -> str:
        """Return what a refusal of a write because of its etag says."""
        return target.workspace.newer_instance(str(target.name)).message

    def recently_deleted(self, target: Target) -> str | None:  # noqa: ARG002
        """Return None: nothing alike is known of watchlists."""
        return None

    def _answer(
        self, request: Request, target: Target, view: View, version: str, resource_id: str
    ) -> Answer:
        place = _heads(target.workspace)
        if target.part == "watchliststatuses":
            return Answer(200, {"status": "Deleting", "percentComplete": 100.0})
        if target.part is not None:
            return self._items(request, target, resource_id, version)
        match request.method, target.name:
            case "GET", None:
                shown = [_document(resource_id, one) for one in self._listed(place, view)]
                for one in shown:
                    del one["etag"]
                return Answer(200, {"value": shown})
            case "GET", str(name):
                stale = self._store.rule_before_last_write(place, name) if view.stale else None
                found = stale if view.stale else self._store.rule(place, name)
                if found is None:
                    raise _missing(name)
                return Answer(200, _document(resource_id, found))
            case "PUT", str(name):
                return self._put(request, target.workspace, resource_id, name)
            case "DELETE", str(name):
                return self._delete(request, target.workspace, resource_id, name)
        raise RefusedError(
            405, "MethodNotAllowed", f"The method {request.method} is not allowed here."
        )

    def _listed(self, place: str, view: View) -> Iterator[StoredRule]:
        if view.stale:
            yield from self._store.rules_before_last_write(place, 0, _ALL)
        elif view.lag:
            yield from self._store.rules_of(place, view.lag, 0, _ALL)
        else:
            yield from self._store.rules(place, 0, _ALL)

    def _put(self, request: Request, workspace: Workspace, resource_id: str, name: str) -> Answer:
        body = read_json_object(request.body)
        properties = body.get("properties")
        members = dict(properties) if isinstance(properties, dict) else {}
        for key in _REQUIRED:
            if not isinstance(members.get(key), str) or not members[key].strip():
                raise _bad(f"The member '{key}' is required.")
        place = _heads(workspace)
        raw = str(members.pop("rawContent", None) or "")
        rows = _rows_of(raw, str(members["itemsSearchKey"])) if raw else []
        with self._store.transaction():
            existing = self._store.rule(place, name)
            current = existing.etag if existing else None
            require_headers(request.headers, current)
            etag = body.get("etag")
            if etag not in (None, "", "*") and not (current and matches(str(etag), current)):
                raise workspace.newer_instance(name)
            now = self._settings.now()
            head = StoredRule(
                name=existing.name if existing else name,
                kind="",
                enabled=False,
                etag=new_etag(self._store.next_sequence(), now),
                properties={
                    **members,
                    "watchlistId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{place}/{name.lower()}")),
                    "watchlistAlias": existing.name if existing else name,
                    "watchlistType": "watchlist",
                    "isDeleted": False,
                    "labels": members.get("labels") or [],
                    "provisioningState": "Succeeded",
                    "sasUri": "",
                    "updated": timestamp(now),
                },
            )
            self._store.put_rule(place, head)
            self._add(workspace, name, rows)
        return Answer(200 if existing else 201, _document(resource_id, head))

    def _add(self, workspace: Workspace, name: str, rows: list[dict[str, str]]) -> None:
        """Add rows; one that is there in every column is not there twice."""
        place = _items_of(workspace, name)
        stored = self._store.rules(place, 0, _ALL)
        there = {_key(one.properties["itemsKeyValue"]) for one in stored}
        for row in rows:
            if _key(row) not in there:
                there.add(_key(row))
                sequence = self._store.next_sequence()
                item = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{place}/{sequence}"))
                etag = new_etag(sequence, self._settings.now())
                self._store.put_rule(
                    place, StoredRule(item, "", False, etag, {"itemsKeyValue": row})
                )

    def _delete(
        self, request: Request, workspace: Workspace, resource_id: str, name: str
    ) -> Answer:
        place, items = _heads(workspace), _items_of(workspace, name)
        with self._store.transaction():
            existing = self._store.rule(place, name)
            if existing is None:
                return Answer(204)
            require_headers(request.headers, existing.etag)
            for one in self._store.rules(items, 0, _ALL):
                self._store.delete_rule(items, one.name)
            self._store.delete_rule(place, name)
        status = f"{resource_id}/providers/Microsoft.SecurityInsights/Watchlists/{existing.name}"
        link = f"http://{request.host}{status}/WatchlistStatuses/{uuid.uuid4()}"
        return Answer(202, None, {"Azure-AsyncOperation": link})

    def _items(self, request: Request, target: Target, resource_id: str, version: str) -> Answer:
        name, place = str(target.name), _items_of(target.workspace, str(target.name))
        head = self._store.rule(_heads(target.workspace), name)
        if head is None:
            raise _missing(name)
        prefix = f"{resource_id}/providers/Microsoft.SecurityInsights/Watchlists/{head.name}"
        match request.method, target.part_name:
            case "GET", None:
                after = int(request.query.get("$skiptoken", "0") or 0)
                found = self._store.rules(place, after, PAGE_SIZE + 1)
                document: dict[str, Any] = {
                    "value": [_item(prefix, one) for one in found[:PAGE_SIZE]]
                }
                if len(found) > PAGE_SIZE:
                    document["nextLink"] = (
                        f"http://{request.host}{prefix}/watchlistItems?api-version={version}"
                        f"&$skipToken={found[PAGE_SIZE - 1].position}"
                    )
                return Answer(200, document)
            case "GET", str(item):
                one = self._store.rule(place, item)
                if one is None:
                    raise _missing(item)
                return Answer(200, _item(prefix, one))
            case "PUT", str(item):
                return Answer(200, _item(prefix, self._put_item(request, place, item)))
            case "DELETE", str(item):
                with self._store.transaction():
                    if self._store.rule(place, item) is None:
                        return Answer(204)
                    self._store.delete_rule(place, item)
                return Answer(200, {})
        raise RefusedError(
            405, "MethodNotAllowed", f"The method {request.method} is not allowed here."
        )

    def _put_item(self, request: Request, place: str, item: str) -> StoredRule:
        properties = read_json_object(request.body).get("properties")
        row = properties.get("itemsKeyValue") if isinstance(properties, dict) else None
        if not isinstance(row, dict) or not all(isinstance(one, str) for one in row.values()):
            raise _bad("The member 'itemsKeyValue' holds texts by column.")
        with self._store.transaction():
            existing = self._store.rule(place, item)
            if existing is not None and existing.properties["itemsKeyValue"] == row:
                return existing
            etag = new_etag(self._store.next_sequence(), self._settings.now())
            stored = StoredRule(item, "", False, etag, {"itemsKeyValue": row})
            self._store.put_rule(place, stored)
        return stored


def _heads(workspace: Workspace) -> str:
    return f"{workspace.key}/watchlists"


def _items_of(workspace: Workspace, name: str) -> str:
    return f"{workspace.key}/watchlists/{name.lower()}/items"


def _key(row: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(row.items()))


def _rows_of(raw: str, key: str) -> list[dict[str, str]]:
    if len(raw.encode()) > LARGEST_UPLOAD:
        raise _bad(f"The content has more than {LARGEST_UPLOAD} bytes.")
    lines = [line for line in csv.reader(io.StringIO(raw, newline="")) if line]
    if not lines or key not in lines[0]:
        raise _bad(f"The search key '{key}' is no column of the content.")
    rows = [dict(zip(lines[0], line, strict=False)) for line in lines[1:]]
    if any(not row.get(key, "").strip() for row in rows):
        raise _bad(f"A row has no value of the search key '{key}'.")
    return rows


def _document(resource_id: str, head: StoredRule) -> dict[str, Any]:
    return {
        "id": f"{resource_id}/providers/Microsoft.SecurityInsights/Watchlists/{head.name}",
        "name": head.name,
        "etag": head.etag,
        "type": "Microsoft.SecurityInsights/Watchlists",
        "properties": dict(head.properties),
    }


def _item(prefix: str, item: StoredRule) -> dict[str, Any]:
    properties: Mapping[str, Any] = item.properties
    return {
        "id": f"{prefix}/WatchlistItems/{item.name}",
        "name": item.name,
        "etag": item.etag,
        "type": "Microsoft.SecurityInsights/Watchlists/WatchlistItems",
        "properties": {
            "watchlistItemType": "watchlist-item",
            "watchlistItemId": item.name,
            "isDeleted": False,
            "entityMapping": {},
            **properties,
        },
    }


def _missing(name: str) -> RefusedError:
    # The code is the number as text (recorded).
    return RefusedError(404, "404", f"Resource '{name}' does not exist")


def _bad(message: str) -> RefusedError:
    return RefusedError(400, "BadRequest", message)
