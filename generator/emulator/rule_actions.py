"""Playbook actions of a rule: list, get, put and delete. They die with their rule.

The trigger URI carries a signature that is a secret: it is required, as by the service, then
forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from generator.emulator.messages import Answer, RefusedError, Request, read_json_object
from generator.emulator.preconditions import require_body_etag, require_headers
from generator.emulator.resource_ids import Target, Workspace, rule_resource_id
from generator.emulator.rule_documents import envelope, new_etag, stored_action
from generator.emulator.store import Store, StoredAction

_LOGIC_APP = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Logic/workflows/[^/]+",
    re.IGNORECASE,
)


class ActionsApi:
    """Answers requests for the actions of rules. `now` gives the time that etags carry."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def answer(self, request: Request, target: Target, workspace_resource_id: str) -> Answer:
        """Answer a request for a rule's actions or one of them.

        Raises RefusedError for everything that the service refuses.
        """
        workspace, rule = target.workspace, str(target.name)
        prefix = rule_resource_id(workspace_resource_id, rule) + "/actions/"
        match request.method, target.part_name:
            case "GET", None:
                self._require_rule(workspace, rule)
                actions = self._store.actions(workspace.key, rule)
                return Answer(200, {"value": [_document(prefix, action) for action in actions]})
            case "GET", str(name):
                return Answer(200, _document(prefix, self._existing(workspace, rule, name)))
            case "PUT", str(name):
                status, action = self._put(request, workspace, rule, name)
                return Answer(status, _document(prefix, action))
            case "DELETE", str(name):
                return self._delete(request, workspace, rule, name)
        raise RefusedError(
            405, "MethodNotAllowed", f"The method {request.method} is not allowed here."
        )

    def _put(
        self, request: Request, workspace: Workspace, rule: str, name: str
    ) -> tuple[int, StoredAction]:
        body = read_json_object(request.body)
        properties = _validated(body)
        with self._store.transaction():
            self._require_rule(workspace, rule)
            existing = self._store.action(workspace.key, rule, name)
            require_headers(request.headers, existing.etag if existing else None)
            require_body_etag(body, existing.etag if existing else None, name, workspace)
            action = StoredAction(
                name=existing.name if existing else name,
                etag=new_etag(self._store.next_sequence(), self._now()),
                properties=stored_action(properties),
            )
            self._store.put_action(workspace.key, rule, action)
        return 200 if existing else 201, action

    def _delete(self, request: Request, workspace: Workspace, rule: str, name: str) -> Answer:
        with self._store.transaction():
            existing = self._store.action(workspace.key, rule, name)
            require_headers(request.headers, existing.etag if existing else None)
            if existing is None:
                return Answer(204)
            self._store.delete_action(workspace.key, rule, name)
        return Answer(200, {})

    def _existing(self, workspace: Workspace, rule: str, name: str) -> StoredAction:
        self._require_rule(workspace, rule)
        action = self._store.action(workspace.key, rule, name)
        if action is None:
            raise RefusedError(
                404,
                "NotFound",
                f"Cannot find action with resource name '{name}' of rule '{rule}' for workspaceId "
                f"'{workspace.customer_id}'.",
            )
        return action

    def _require_rule(self, workspace: Workspace, rule: str) -> None:
        if self._store.rule(workspace.key, rule) is None:
            raise workspace.rule_not_found(rule)


def _validated(body: dict[str, Any]) -> dict[str, Any]:
    properties = body.get("properties")
    members = properties if isinstance(properties, dict) else {}
    reasons = []
    logic_app = members.get("logicAppResourceId")
    if not isinstance(logic_app, str) or not _LOGIC_APP.fullmatch(logic_app):
        reasons.append("properties.logicAppResourceId: The value is not the id of a Logic App.")
    uri = members.get("triggerUri")
    if not isinstance(uri, str) or not uri.strip():
        reasons.append("properties.triggerUri: The TriggerUri field is required.")
    if reasons:
        raise RefusedError(400, "BadRequest", f"Invalid data model. [{', '.join(reasons)}]")
    return members


def _document(prefix: str, action: StoredAction) -> dict[str, Any]:
    return envelope(prefix + action.name, action.name, action.etag, None, action.properties)
