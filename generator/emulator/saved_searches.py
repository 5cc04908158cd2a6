"""The saved searches of a workspace: hunting queries, functions, and many that nobody here made.

Statuses, texts and members follow the public recordings of the live service. It compiles no query,
keeps no times and no authors, and answers 200 whether something is new or not. What it answers to
the deletion of what is not there was not recorded; here that is 404.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from generator.emulator.fresh_workspace import View, WorkspaceApi
from generator.emulator.messages import Answer, RefusedError, Request, read_json_object
from generator.emulator.preconditions import matches
from generator.emulator.resource_ids import Collection, Target, Workspace
from generator.emulator.store import StoredRule

SAVED_SEARCHES = Collection(("savedSearches",))
MOST_TAGS = 15
LONGEST_TAG = 256
_REQUIRED = ("category", "displayName", "query")
_BUILT_IN = (
    ("General Exploration", "AllComputersWithoutUpdates", "All computers that send no updates"),
    ("Log Management", "AllEvents", "All events"),
    ("Log Management", "CountOfEvents", "Count of events by level"),
)
"""Each workspace has dozens of such searches, without an etag; three stand for them."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SavedSearchesApi(WorkspaceApi):
    """Answers requests for saved searches from a store."""

    collection = SAVED_SEARCHES

    def list_can_show(self, request: Request, target: Target, view: View) -> bool:
        """Return whether a list through a view could differ from a fresh one; it has one page."""
        if request.method != "GET" or target.name is not None or not view.lag:
            return False
        return self._store.lags(_place(target.workspace), view.lag)

    def wants_a_taken_name(self, request: Request, target: Target) -> bool:  # noqa: ARG002
        """Return whether a name is taken by another one: names of searches are nobody's own."""
        return False

    def can_be_stale(self, request: Request, target: Target) -> bool:
        """Return whether a stale answer to the request could differ from a fresh one."""
        place = _place(target.workspace)
        return request.method == "GET" and self._store.has_stale_view(place, target.name)

    def conflict(self, target: Target) -> str:  # noqa: ARG002
        """Return what a refusal of a write because of its etag says."""
        return _newer_data().message

    def recently_deleted(self, target: Target) -> str | None:  # noqa: ARG002
        """Return None: an id can be used again at once, as far as anybody knows."""
        return None

    def _answer(
        self, request: Request, target: Target, view: View, _version: str, resource_id: str
    ) -> Answer:
        place = _place(target.workspace)
        match request.method, target.name:
            case "GET", None:
                built_in = [_built_in(resource_id, *search) for search in _BUILT_IN]
                ours = [_document(resource_id, search) for search in self._listed(place, view)]
                return Answer(200, {"value": [*built_in, *ours]})
            case "GET", str(name):
                return Answer(200, self._got(place, resource_id, name, view))
            case "PUT", str(name):
                return self._put(request, place, resource_id, name)
            case "DELETE", str(name):
                return self._delete(request, place, name)
        raise RefusedError(
            405, "MethodNotAllowed", f"The method {request.method} is not allowed here."
        )

    def _listed(self, place: str, view: View) -> Iterator[StoredRule]:
        most = 1_000_000
        if view.stale:
            yield from self._store.rules_before_last_write(place, 0, most)
        elif view.lag:
            yield from self._store.rules_of(place, view.lag, 0, most)
        else:
            yield from self._store.rules(place, 0, most)

    def _got(self, place: str, resource_id: str, name: str, view: View) -> dict[str, Any]:
        built_in = _of_built_in(resource_id, name)
        if built_in is not None:
            return built_in
        if view.stale:
            found = self._store.rule_before_last_write(place, name)
        else:
            found = self._store.rule(place, name)
        if found is None:
            raise _not_found(name)
        return _document(resource_id, found)

    def _put(self, request: Request, place: str, resource_id: str, name: str) -> Answer:
        body = read_json_object(request.body)
        properties = _validated(body)
        if _of_built_in(resource_id, name) is not None:
            raise _newer_data()
        with self._store.transaction():
            existing = self._store.rule(place, name)
            # An etag is needed to write over what is there; whether a header is heeded was never
            # seen, so that it is not.
            if existing is not None and not _holds(body.get("etag"), existing.etag):
                raise _newer_data()
            if existing is None and body.get("etag") not in (None, "", "*"):
                raise _newer_data()
            search = StoredRule(
                name=existing.name if existing else name,
                kind="",
                enabled=False,
                etag=_new_etag(self._store.next_sequence(), self._settings.now()),
                properties={"version": 2, **properties},
            )
            self._store.put_rule(place, search)
        return Answer(200, _document(resource_id, search))

    def _delete(self, request: Request, place: str, name: str) -> Answer:
        del request
        with self._store.transaction():
            if self._store.rule(place, name) is None:
                raise _not_found(name)
            self._store.delete_rule(place, name)
        return Answer(200)


def _place(workspace: Workspace) -> str:
    return f"{workspace.key}/savedsearches"


def _holds(etag: object, current: str) -> bool:
    return isinstance(etag, str) and etag != "" and matches(etag, current)


def _validated(body: Mapping[str, Any]) -> dict[str, Any]:
    properties = body.get("properties")
    members = dict(properties) if isinstance(properties, dict) else {}
    for name in _REQUIRED:
        if not isinstance(members.get(name), str) or not members[name].strip():
            raise RefusedError(400, "InvalidParameter", f"The member '{name}' is required.")
    tags = members.get("tags")
    if tags is None:
        return {name: value for name, value in members.items() if value is not None}
    if not isinstance(tags, list) or not all(_is_tag(tag) for tag in tags):
        raise RefusedError(400, "InvalidParameter", "A tag has a name and a value.")
    if len(tags) > MOST_TAGS:
        raise RefusedError(
            400, "InvalidParameter", "The element 'Tags' has invalid child element 'Tag'."
        )
    if any(len(tag["value"]) > LONGEST_TAG for tag in tags):
        raise RefusedError(
            400, "InvalidParameter", f"The value of a tag has at most {LONGEST_TAG} characters."
        )
    return {name: value for name, value in members.items() if value is not None}


def _is_tag(tag: object) -> bool:
    return isinstance(tag, dict) and all(isinstance(tag.get(key), str) for key in ("name", "value"))


def _document(resource_id: str, search: StoredRule) -> dict[str, Any]:
    return {
        "id": f"{resource_id}/savedSearches/{search.name}",
        "name": search.name,
        "type": "Microsoft.OperationalInsights/savedSearches",
        "etag": search.etag,
        "properties": search.properties,
    }


def _built_in(resource_id: str, category: str, name: str, shown: str) -> dict[str, Any]:
    workspace = resource_id.rpartition("/")[2]
    solution = category.replace(" ", "")
    full = f"{solution}({workspace})_{solution}|{name}"
    return {
        "id": f"{resource_id}/savedSearches/{full}",
        "name": full,
        "type": "Microsoft.OperationalInsights/savedSearches",
        "properties": {"category": category, "displayName": shown, "query": "Event", "version": 2},
    }


def _of_built_in(resource_id: str, name: str) -> dict[str, Any] | None:
    searches = (_built_in(resource_id, *one) for one in _BUILT_IN)
    return next((one for one in searches if str(one["name"]).lower() == name.lower()), None)


def _new_etag(sequence: int, now: datetime) -> str:
    """Return a weak etag that holds a time, in ticks so that each is another."""
    seconds = int((now.astimezone(UTC) - _EPOCH).total_seconds())
    moment = f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{sequence:07d}Z"
    return f"W/\"datetime'{quote(moment, safe='')}'\""


def _newer_data() -> RefusedError:
    return RefusedError(409, "Conflict", "Newer data exists in the Customer Configuration Store.")


def _not_found(name: str) -> RefusedError:
    return RefusedError(404, "NotFound", f"The saved search '{name}' was not found.")
