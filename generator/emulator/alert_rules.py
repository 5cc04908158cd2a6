"""The alert-rules API itself: list, get, put and delete of rules, with etags and limits.

It knows neither sockets nor throttling nor faults. Statuses, texts and members follow the public
recordings of the live service; display names may repeat, since no recording shows that refused.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from generator.emulator.api_versions import require_kind, visible_properties
from generator.emulator.foreign_rules import foreign_rules
from generator.emulator.fresh_workspace import ApiSettings, View, WorkspaceApi
from generator.emulator.messages import Answer, RefusedError, Request, read_json_object
from generator.emulator.preconditions import require_body_etag, require_headers
from generator.emulator.resource_ids import (
    ALERT_RULES,
    Target,
    Workspace,
    list_path,
    rule_resource_id,
)
from generator.emulator.rule_actions import ActionsApi
from generator.emulator.rule_documents import envelope, new_etag, stored_properties
from generator.emulator.rule_validation import validated_rule
from generator.emulator.store import Store, StoredRule

ENABLED_LIMITS = {"Scheduled": 512, "NRT": 50}
"""Enabled rules of a kind in one workspace (sentinel-service-limits)."""


class AlertRulesApi(WorkspaceApi):
    """Answers requests for alert rules from a store."""

    collection = ALERT_RULES

    def __init__(self, store: Store, settings: ApiSettings) -> None:
        super().__init__(store, settings)
        self._actions = ActionsApi(store, settings.now)

    def list_can_show(self, request: Request, target: Target, view: View) -> bool:
        """Return whether a list through a view could differ from a fresh one."""
        if request.method != "GET" or target.name is not None:
            return False
        if view.lag:
            return self._store.lags(target.workspace.key, view.lag)
        return bool(view.repeat and request.query.get("$skiptoken"))

    def wants_a_taken_name(self, request: Request, target: Target) -> bool:
        """Return whether a request writes a rule with the display name of another one."""
        if request.method != "PUT" or target.name is None or target.part is not None:
            return False
        try:
            properties = read_json_object(request.body).get("properties")
        except RefusedError:
            return False
        name = properties.get("displayName") if isinstance(properties, dict) else None
        return isinstance(name, str) and self._store.has_name(
            target.workspace.key, name, besides=target.name
        )

    def can_be_stale(self, request: Request, target: Target) -> bool:
        """Return whether a stale answer to the request could differ from a fresh one."""
        return (
            request.method == "GET"
            and target.part is None
            and self._store.has_stale_view(target.workspace.key, target.name)
        )

    def conflict(self, target: Target) -> str:
        """Return what a refusal of a write because of its etag says."""
        if self._holds(target):
            return target.workspace.newer_instance(str(target.name)).message
        return self.recently_deleted(target)

    def recently_deleted(self, target: Target) -> str:
        """Return what a refusal of a write soon after a deletion says."""
        # What the service is said to answer for a while; no recording has it.
        return (
            f"The alert rule '{target.name}' was recently deleted. You need to allow some time "
            "before re-using the same ID. Please try again later."
        )

    def _holds(self, target: Target) -> bool:
        key, name = target.workspace.key, target.name
        if name is None:
            return False
        if self._store.workspace_resource_id(key) is None:
            fresh = foreign_rules(key, self._settings.foreign)
            return any(rule.name.lower() == name.lower() for rule in fresh)
        return self._store.rule(key, name) is not None

    def _answer(
        self, request: Request, target: Target, view: View, version: str, resource_id: str
    ) -> Answer:
        if target.part is not None:
            return self._actions.answer(request, target, resource_id)
        match request.method, target.name:
            case "GET", None:
                rules = self._listed(request, target.workspace, view)
                return self._page(request, target.workspace, resource_id, version, rules)
            case "GET", str(name):
                return self._get(target.workspace, resource_id, name, version, view.stale)
            case "PUT", str(name):
                return self._put(request, target.workspace, resource_id, name, version)
            case "DELETE", str(name):
                return self._delete(request, target.workspace, name)
        raise RefusedError(
            405, "MethodNotAllowed", f"The method {request.method} is not allowed here."
        )

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

    def _listed(self, request: Request, workspace: Workspace, view: View) -> Sequence[StoredRule]:
        """Return the rules from a place in the list on, one more than a page holds."""
        after = _read_skip_token(request.query.get("$skiptoken", ""))
        size = self._settings.page_size
        if view.stale:
            return self._store.rules_before_last_write(workspace.key, after, size + 1)
        if view.lag:
            return self._store.rules_of(workspace.key, view.lag, after, size + 1)
        if view.repeat and after:
            before = self._store.position_before(workspace.key, after, view.repeat)
            repeated = self._store.rules(workspace.key, before, view.repeat)
            return [*repeated, *self._store.rules(workspace.key, after, size + 1)]
        return self._store.rules(workspace.key, after, size + 1)

    def _page(
        self,
        request: Request,
        workspace: Workspace,
        resource_id: str,
        version: str,
        rules: Sequence[StoredRule],
    ) -> Answer:
        size = self._settings.page_size
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
