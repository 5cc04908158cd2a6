"""The alert-rules API itself: list, get, put and delete of rules, with etags and limits.

It knows neither sockets nor throttling nor faults. Statuses, texts and members follow the public
recordings of the live service; display names may repeat, since no recording shows that refused.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from generator.emulator.api_versions import require_api_version, require_kind, visible_properties
from generator.emulator.foreign_rules import foreign_rules
from generator.emulator.messages import Answer, RefusedError, Request, read_json_object
from generator.emulator.preconditions import require_body_etag, require_headers
from generator.emulator.resource_ids import Target, Workspace, list_path, rule_resource_id
from generator.emulator.rule_actions import ActionsApi
from generator.emulator.rule_documents import envelope, new_etag, stored_properties
from generator.emulator.rule_validation import validated_rule
from generator.emulator.store import Store, StoredRule

ENABLED_LIMITS = {"Scheduled": 512, "NRT": 50}
"""Enabled rules of a kind in one workspace (sentinel-service-limits)."""
DEFAULT_PAGE_SIZE = 100
"""Rules in one page. Recorded lists of some twenty rules are one page; no longer ones are known."""


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """`foreign`: further foreign rules in a fresh workspace. `page_size`: rules in one page.

    `now` gives the time that etags and lastModifiedUtc carry.
    """

    now: Callable[[], datetime]
    foreign: int = 0
    page_size: int = DEFAULT_PAGE_SIZE


class AlertRulesApi:
    """Answers requests for alert rules from a store."""

    def __init__(self, store: Store, settings: ApiSettings) -> None:
        self._store = store
        self._settings = settings
        self._actions = ActionsApi(store, settings.now)

    def answer(self, request: Request, target: Target, *, stale: bool = False) -> Answer:
        """Answer a request; with `stale`, reads show the state before the last write.

        Raises RefusedError for everything that the service refuses.
        """
        version = require_api_version(request.query)
        resource_id = self._workspace_resource_id(target.workspace)
        if target.in_actions:
            return self._actions.answer(request, target, resource_id)
        match request.method, target.rule:
            case "GET", None:
                return self._list(request, target.workspace, resource_id, version, stale)
            case "GET", str(name):
                return self._get(target.workspace, resource_id, name, version, stale)
            case "PUT", str(name):
                return self._put(request, target.workspace, resource_id, name, version)
            case "DELETE", str(name):
                return self._delete(request, target.workspace, name)
        raise RefusedError(
            405, "MethodNotAllowed", f"The method {request.method} is not allowed here."
        )

    def can_be_stale(self, request: Request, target: Target) -> bool:
        """Return whether a stale answer to the request could differ from a fresh one."""
        return (
            request.method == "GET"
            and not target.in_actions
            and self._store.has_stale_view(target.workspace.key, target.rule)
        )

    def holds(self, target: Target) -> bool:
        """Return whether the rule that is named exists now."""
        return (
            target.rule is not None
            and self._store.rule(target.workspace.key, target.rule) is not None
        )

    def _workspace_resource_id(self, workspace: Workspace) -> str:
        known = self._store.workspace_resource_id(workspace.key)
        if known is not None:
            return known
        with self._store.transaction():
            known = self._store.workspace_resource_id(workspace.key)
            if known is not None:
                return known
            self._store.add_workspace(workspace.key, workspace.resource_id)
            now = self._settings.now()
            for rule in foreign_rules(workspace.key, self._settings.foreign):
                self._store.put_rule(
                    workspace.key, self._stored(rule.name, rule.kind, rule.properties, now)
                )
            self._store.forget_views(workspace.key)
        return workspace.resource_id

    def _stored(
        self, name: str, kind: str, properties: dict[str, Any], now: datetime
    ) -> StoredRule:
        return StoredRule(
            name=name,
            kind=kind,
            enabled=properties["enabled"],
            etag=new_etag(self._store.next_sequence(), now),
            properties=stored_properties(kind, properties, now),
        )

    def _list(
        self, request: Request, workspace: Workspace, resource_id: str, version: str, stale: bool
    ) -> Answer:
        after = _read_skip_token(request.query.get("$skiptoken", ""))
        read = self._store.rules_before_last_write if stale else self._store.rules
        size = self._settings.page_size
        rules = read(workspace.key, after, size + 1)
        page = rules[:size]
        document: dict[str, Any] = {
            "value": [_document(resource_id, rule, version) for rule in page]
        }
        if len(rules) > size:
            token = quote(_skip_token(page[-1].position), safe="")
            document["nextLink"] = (
                f"http://{request.host}{list_path(workspace)}"
                f"?api-version={version}&$skipToken={token}"
            )
        return Answer(200, document)

    def _get(
        self, workspace: Workspace, resource_id: str, name: str, version: str, stale: bool
    ) -> Answer:
        if stale:
            rule = self._store.rule_before_last_write(workspace.key, name)
        else:
            rule = self._store.rule(workspace.key, name)
        if rule is None:
            raise workspace.rule_not_found(name)
        return Answer(200, _document(resource_id, rule, version))

    def _put(
        self, request: Request, workspace: Workspace, resource_id: str, name: str, version: str
    ) -> Answer:
        body = read_json_object(request.body)
        kind, properties = validated_rule(body)
        require_kind(kind, version)
        properties = visible_properties(properties, version)
        with self._store.transaction():
            existing = self._store.rule(workspace.key, name)
            require_headers(request.headers, existing.etag if existing else None)
            require_body_etag(body, existing.etag if existing else None, name, workspace)
            if existing is not None:
                _require_same_kind(existing, kind)
            self._require_room(workspace, kind, name, enabled=properties["enabled"])
            stored_name = existing.name if existing else name
            rule = self._stored(stored_name, kind, properties, self._settings.now())
            self._store.put_rule(workspace.key, rule)
        return Answer(200 if existing else 201, _document(resource_id, rule, version))

    def _require_room(self, workspace: Workspace, kind: str, name: str, *, enabled: bool) -> None:
        limit = ENABLED_LIMITS.get(kind)
        if not enabled or limit is None:
            return
        if self._store.count_enabled(workspace.key, kind, besides=name) >= limit:
            raise RefusedError(
                400,
                "BadRequest",
                f"The maximum number of {kind} analytics rules ({limit}) has already been reached "
                f"in workspace {workspace.customer_id}",
            )

    def _delete(self, request: Request, workspace: Workspace, name: str) -> Answer:
        with self._store.transaction():
            existing = self._store.rule(workspace.key, name)
            require_headers(request.headers, existing.etag if existing else None)
            if existing is None:
                return Answer(204)
            self._store.delete_rule(workspace.key, name)
        return Answer(200, {})


def _document(resource_id: str, rule: StoredRule, version: str) -> dict[str, Any]:
    properties = visible_properties(rule.properties, version)
    rule_id = rule_resource_id(resource_id, rule.name)
    return envelope(rule_id, rule.name, rule.etag, rule.kind, properties)


def _require_same_kind(existing: StoredRule, kind: str) -> None:
    if existing.kind != kind:
        raise RefusedError(
            400,
            "BadRequest",
            f"The kind of alert rule '{existing.name}' cannot be changed from "
            f"'{existing.kind}' to '{kind}'.",
        )
    if kind == "MLBehaviorAnalytics":
        raise RefusedError(
            400,
            "BadRequest",
            f"The alert rule '{existing.name}' is installed and cannot be updated.",
        )


def _skip_token(position: int) -> str:
    return base64.urlsafe_b64encode(f"after:{position}".encode()).decode()


def _read_skip_token(token: str) -> int:
    if not token:
        return 0
    try:
        text = base64.b64decode(token, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    position = text.removeprefix("after:")
    if not text.startswith("after:") or not position.isdecimal() or len(position) > 18:
        raise RefusedError(400, "BadRequest", "The $skipToken is not valid.")
    return int(position)
