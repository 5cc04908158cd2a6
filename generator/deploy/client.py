"""The alert rules of one workspace: a thin layer over the management SDK.

Rules travel as plain dicts, so that members which no model knows survive both ways. Everything that
can go wrong leaves as one of the errors of `generator.deploy.errors`; nothing here decides whether
a write is right.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self, cast

from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError
from azure.mgmt.securityinsight import SecurityInsightsMgmtClient
from azure.mgmt.securityinsight.models import ActionRequest, AlertRule

from generator.deploy.credentials import credential_for
from generator.deploy.errors import (
    GoneError,
    InvalidError,
    UnaddressableError,
    UnintelligibleError,
)
from generator.deploy.failures import service_error
from generator.deploy.pacing import PacingPolicy
from generator.deploy.pipeline import policies_for
from generator.deploy.transport import transport_for
from generator.tenants.tenant import Target

MAX_PAGES = 200
"""Pages of a list that are read before it counts as endless (recorded workspaces have one)."""

Body = dict[str, Any]


class RuleClient:
    """Reads and writes the rules of one workspace. May be shared by threads.

    `stop` ends all waiting (Retry-After, backoff) when it is set. Every method raises ServiceError.
    """

    def __init__(
        self,
        target: Target,
        *,
        credential: TokenCredential | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self.target = target
        self.stop = stop or threading.Event()
        self._credential = credential_for(target) if credential is None else credential
        self._pacing = PacingPolicy(self.stop)
        self._local = threading.local()
        self._opened: list[SecurityInsightsMgmtClient] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for client in self._opened:
                client.close()
            self._opened.clear()

    def rules(self) -> Iterator[Body]:
        """Yield every rule of the workspace as the list shows it, page after page."""
        place = (self.target.resource_group, self.target.workspace)
        try:
            yield from _pages(lambda: self._sdk().alert_rules.list(*place))
        except GoneError as error:
            raise InvalidError(
                f"there is no such workspace, or Sentinel is not set up in it: {error}"
            ) from error

    def get(self, rule_id: str) -> Body:
        """Return a rule. Raises GoneError when there is none."""
        with translated():
            return _as_body(self._sdk().alert_rules.get(*self._place(rule_id)))

    def put(self, rule_id: str, body: Mapping[str, Any], etag: str | None) -> Body:
        """Create or replace a rule and return it as the service answers.

        With an etag the service is asked to refuse when the rule has another one. It compares the
        body's member; the header is what HTTP has for it. Raises ConflictError when it has refused.
        """
        sent = dict(body) if etag is None else {"etag": etag, **body}
        headers = {} if etag is None else {"If-Match": etag}
        with translated():
            return _as_body(
                self._sdk().alert_rules.create_or_update(
                    *self._place(rule_id), cast("AlertRule", sent), headers=headers
                )
            )

    def delete(self, rule_id: str, etag: str | None) -> None:
        """Delete a rule; one that is gone already is no error."""
        headers = {} if etag is None else {"If-Match": etag}
        try:
            with translated():
                self._sdk().alert_rules.delete(*self._place(rule_id), headers=headers)
        except GoneError:
            return

    def actions(self, rule_id: str) -> list[Body]:
        """Return the playbook actions of a rule."""
        place = self._place(rule_id)
        return list(_pages(lambda: self._sdk().actions.list_by_alert_rule(*place)))

    def put_action(self, rule_id: str, action_id: str, properties: Mapping[str, Any]) -> Body:
        """Attach a playbook to a rule."""
        place = self._place(rule_id)
        body = {"properties": dict(properties)}
        with translated():
            return _as_body(
                self._sdk().actions.create_or_update(
                    *place, _segment(action_id), cast("ActionRequest", body)
                )
            )

    def _place(self, rule_id: str) -> tuple[str, str, str]:
        return (self.target.resource_group, self.target.workspace, _segment(rule_id))

    def _sdk(self) -> SecurityInsightsMgmtClient:
        # A session of requests is not made for several threads, so each has its own.
        client: SecurityInsightsMgmtClient | None = getattr(self._local, "client", None)
        if client is None:
            client = SecurityInsightsMgmtClient(
                self._credential,
                self.target.subscription_id,
                self.target.cloud.endpoint,
                policies=policies_for(self.target, self._credential, self._pacing, self.stop),
                transport=transport_for(self.target, self.stop),
            )
            self._local.client = client
            with self._lock:
                self._opened.append(client)
        return client


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the SDK raises into errors of ours."""
    try:
        yield
    except AzureError as error:
        raise service_error(error) from None
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        # The SDK takes the shape of an answer for granted and fails in many ways on another one.
        raise UnintelligibleError(
            f"the service answered something that is no answer of this API ({type(error).__name__})"
        ) from None


def _pages(begin: Callable[[], Any]) -> Iterator[Body]:
    seen: set[str] = set()
    with translated():
        pages = begin().by_page()
    while True:
        with translated():
            page = next(pages, None)
            bodies = [] if page is None else [_as_body(item) for item in page]
            link = pages.continuation_token
            if not (link is None or isinstance(link, str)):
                raise TypeError("a link that is no text")
        yield from bodies
        if page is None or not link:
            return
        if link in seen or len(seen) >= MAX_PAGES:
            raise UnintelligibleError("the list of rules has no end: its pages lead in a circle")
        seen.add(link)
        # The SDK formats the link with str.format, which would eat raw braces.
        pages.continuation_token = link.replace("{", "%7B").replace("}", "%7D")


def _as_body(item: Any) -> Body:
    body = item.as_dict() if hasattr(item, "as_dict") else item
    if not isinstance(body, dict):
        raise TypeError("not an object")
    return body


def _segment(name: str) -> str:
    if not name or name in {".", ".."} or any(c in "/\\?#%" or not c.isprintable() for c in name):
        raise UnaddressableError(f"{name!r} cannot be part of a rule's address")
    return name
