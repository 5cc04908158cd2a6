"""A workspace comes into being with the first write that succeeds, whatever it writes.

Until then it looks as it will then, and nothing of it is stored: whoever asks leaves no trace.
"""

from __future__ import annotations

import http.client
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from generator.emulator.api_versions import require_api_version
from generator.emulator.foreign_rules import foreign_rules
from generator.emulator.messages import Answer, Request
from generator.emulator.resource_ids import Target, Workspace
from generator.emulator.rule_documents import new_etag, stored_properties
from generator.emulator.store import Store, StoredRule

_FOREIGN_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
"""When the rules of a fresh workspace were last modified."""
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


@dataclass(frozen=True, slots=True)
class View:
    """How reads look at the resources. `stale`: as before the last write.

    `lag`: a list is as so many seconds ago. `repeat`: a further page of a list begins with so many
    items of the page before.
    """

    stale: bool = False
    lag: float = 0.0
    repeat: int = 0


NOW = View()


class WorkspaceApi(ABC):
    """Answers requests for resources of workspaces from a store."""

    def __init__(self, store: Store, settings: ApiSettings) -> None:
        self._store = store
        self._settings = settings

    def answer(self, request: Request, target: Target, view: View = NOW) -> Answer:
        """Answer a request; reads look at the resources as the view says.

        Raises RefusedError for everything that the service refuses.
        """
        version = require_api_version(request.query)
        resource_id = self._store.workspace_resource_id(target.workspace.key)
        if resource_id is not None:
            return self._answer(request, target, view, version, resource_id)
        try:
            with self._store.transaction():
                self._make(target.workspace)
                resource_id = target.workspace.resource_id
                answer = self._answer(request, target, view, version, resource_id)
                _require_a_write(request, answer)
        except _NothingWritten as nothing:
            return nothing.answer
        return answer

    @abstractmethod
    def _answer(
        self, request: Request, target: Target, view: View, version: str, resource_id: str
    ) -> Answer:
        """Answer a request about a workspace that is there."""

    def _make(self, workspace: Workspace) -> None:
        """Make a workspace unless it is there. Only inside a transaction.

        Its rules are the same whenever it is made, so that nobody sees them change by that.
        """
        if self._store.workspace_resource_id(workspace.key) is not None:
            return
        self._store.add_workspace(workspace.key, workspace.resource_id)
        for index, rule in enumerate(foreign_rules(workspace.key, self._settings.foreign)):
            self._store.put_rule(
                workspace.key,
                StoredRule(
                    name=rule.name,
                    kind=rule.kind,
                    enabled=rule.properties["enabled"],
                    etag=new_etag(index, _FOREIGN_SINCE),
                    properties=stored_properties(rule.kind, rule.properties, _FOREIGN_SINCE),
                ),
            )
        self._store.forget_views(workspace.key)


def _require_a_write(request: Request, answer: Answer) -> None:
    if request.method == "GET" or answer.status == http.client.NO_CONTENT:
        raise _NothingWritten(answer)


class _NothingWritten(Exception):  # noqa: N818 - it undoes a transaction and is no error
    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer
