"""The alert rules of one workspace: a thin layer over the management SDK.

Requests go through the SDK's client and pipeline, not through its models: rules travel as the JSON
that was sent, so that members which no model knows survive both ways, and each with the API version
that holds it. Everything that can go wrong leaves as one of the errors of
`generator.azure.errors`; nothing here decides whether a write is right.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import quote

from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.rest import HttpRequest
from azure.mgmt.core.exceptions import ARMErrorFormat
from azure.mgmt.securityinsight import SecurityInsightsMgmtClient

from generator.azure.answers import Body, are_actions, body_of, document_of, items_of
from generator.azure.credentials import credential_for
from generator.azure.errors import (
    GoneError,
    InvalidError,
    UnaddressableError,
    UnintelligibleError,
)
from generator.azure.failures import service_error
from generator.azure.identity import identity_of
from generator.azure.pacing import PacingPolicy
from generator.azure.pipeline import policies_for
from generator.azure.transport import transport_for
from generator.kinds.analytic_rule.api_versions import (
    PREVIEW_API_VERSION,
    api_version_of,
    needs_preview,
)
from generator.kinds.analytic_rule.api_versions import is_preview as is_preview_version
from generator.tenants.tenant import Target

MAX_PAGES = 200
"""Pages of a list that are read before it counts as endless (recorded workspaces have one)."""


_GOOD = {
    "GET": {HTTPStatus.OK},
    "PUT": {HTTPStatus.OK, HTTPStatus.CREATED},
    "DELETE": {HTTPStatus.OK, HTTPStatus.NO_CONTENT},
}


class RuleClient:
    """Reads and writes the rules of one workspace. May be shared by threads.

    `stop` ends all waiting (Retry-After, backoff) when it is set. `api_version` is used for every
    request instead of the version that holds a rule, for a cloud that lacks that one. Every method
    raises ServiceError.
    """

    def __init__(
        self,
        target: Target,
        *,
        credential: TokenCredential | None = None,
        stop: threading.Event | None = None,
        api_version: str | None = None,
    ) -> None:
        self.target = target
        self.stop = stop or threading.Event()
        self._credential = credential_for(target) if credential is None else credential
        self._api_version = api_version
        self._pacing = PacingPolicy(self.stop)
        self._rules = f"{target.workspace_id}/providers/Microsoft.SecurityInsights/alertRules"
        self._idle: list[SecurityInsightsMgmtClient] = []
        self._is_closed = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; what is under way closes its own at its end."""
        with self._lock:
            self._is_closed = True
            clients, self._idle = self._idle, []
        for client in clients:
            client.close()

    def identity(self) -> str | None:
        """Log in and return who is logged in, as the token says; None where no login is needed."""
        if self.target.cloud.is_loopback:
            return None
        with translated():
            return identity_of(self._credential.get_token(self.target.cloud.scope or "").token)

    def rules(self) -> Iterator[Body]:
        """Yield every rule of the workspace as the list shows it, page after page."""
        try:
            yield from self._pages(self._rules)
        except GoneError as error:
            raise InvalidError(
                f"there is no such workspace, or Sentinel is not set up in it: {error}"
            ) from error

    def get(self, rule_id: str) -> Body:
        """Return a rule. Raises GoneError when there is none."""
        return self._body("GET", self._address(rule_id), self._reading_version())

    def put(
        self,
        rule_id: str,
        body: Mapping[str, Any],
        etag: str | None,
        *,
        over: Mapping[str, Any] | None = None,
    ) -> Body:
        """Create or replace a rule and return it as the service answers.

        `over` is the live rule that is replaced. With an etag the service is asked to refuse when
        the rule has another one. It compares the body's member; the header is what HTTP has for
        it. Raises ConflictError when it has refused.
        """
        sent = dict(body) if etag is None else {"etag": etag, **body}
        version = self._writing_version(body, over)
        return self._body("PUT", self._address(rule_id), version, sent, etag)

    def delete(self, rule_id: str, etag: str | None) -> None:
        """Delete a rule; one that is gone already is no error."""
        try:
            with translated(self._reading_version()):
                self._send("DELETE", self._address(rule_id), self._reading_version(), etag=etag)
        except GoneError:
            return

    def actions(self, rule_id: str) -> list[Body]:
        """Return the playbook actions of a rule."""
        actions = list(self._pages(f"{self._address(rule_id)}/actions"))
        if not are_actions(actions):
            raise UnintelligibleError(
                f"the service lists something as a playbook of rule {rule_id} that is none"
            )
        return actions

    def put_action(self, rule_id: str, action_id: str, properties: Mapping[str, Any]) -> Body:
        """Attach a playbook to a rule."""
        place = f"{self._address(rule_id)}/actions/{_segment(action_id)}"
        body = {"properties": dict(properties)}
        return self._body("PUT", place, self._reading_version(), body)

    def _address(self, rule_id: str) -> str:
        return f"{self._rules}/{_segment(rule_id)}"

    def _reading_version(self) -> str:
        """Return the version of reads and deletions: only a preview one shows every rule whole."""
        return self._api_version or PREVIEW_API_VERSION

    def _writing_version(self, body: Mapping[str, Any], over: Mapping[str, Any] | None) -> str:
        bodies = [body] if over is None else [body, over]
        chosen = self._api_version
        if chosen is None:
            return api_version_of(*bodies)
        if not is_preview_version(chosen) and needs_preview(body):
            raise InvalidError(
                f"API version {chosen}, which is set for this run, cannot hold this rule: NRT "
                "rules, sub-techniques and sentinelEntitiesMappings need a preview version"
            )
        return chosen

    def _pages(self, address: str) -> Iterator[Body]:
        version = self._reading_version()
        link: str | None = None
        seen: set[str] = set()
        while True:
            with translated(version):
                page = self._send("GET", link or address, None if link else version)
                bodies, link = items_of(page, address)
            yield from bodies
            if link is None:
                return
            if link in seen or len(seen) >= MAX_PAGES:
                raise UnintelligibleError(
                    "the list of rules has no end: its pages lead in a circle"
                )
            seen.add(link)
            # The SDK formats what it is given with str.format, which would eat raw braces.
            link = link.replace("{", "%7B").replace("}", "%7D")

    def _body(
        self, method: str, address: str, version: str, body: Any = None, etag: str | None = None
    ) -> Body:
        with translated(version):
            return body_of(self._send(method, address, version, body, etag))

    def _send(
        self,
        method: str,
        url: str,
        version: str | None,
        body: Any = None,
        etag: str | None = None,
    ) -> Any:
        """Send a request and return the document that is answered, None where there is none."""
        request = HttpRequest(
            method,
            url,
            params={} if version is None else {"api-version": version},
            headers={"Accept": "application/json"} | ({} if etag is None else {"If-Match": etag}),
            **({} if body is None else {"json": body}),
        )
        with self._borrowed() as sdk:
            response = sdk.send_request(request)
            if response.status_code not in _GOOD[method]:
                raise HttpResponseError(response=response, error_format=ARMErrorFormat)
            return None if method == "DELETE" else document_of(response)

    @contextmanager
    def _borrowed(self) -> Iterator[SecurityInsightsMgmtClient]:
        """Lend a client to one thread: a session of requests is not made for several at once."""
        with self._lock:
            client = self._idle.pop() if self._idle else None
        client = client or self._new_client()
        try:
            yield client
        finally:
            with self._lock:
                keep = not self._is_closed
                if keep:
                    self._idle.append(client)
            if not keep:
                client.close()

    def _new_client(self) -> SecurityInsightsMgmtClient:
        return SecurityInsightsMgmtClient(
            self._credential,
            self.target.subscription_id,
            self.target.cloud.endpoint,
            policies=policies_for(self.target, self._credential, self._pacing, self.stop),
            transport=transport_for(self.target, self.stop),
        )


@contextmanager
def translated(api_version: str = PREVIEW_API_VERSION) -> Iterator[None]:
    """Turn what the SDK raises into errors of ours. `api_version` is what was asked for."""
    try:
        yield
    except AzureError as error:
        raise service_error(error, api_version) from None
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        # The SDK takes the shape of an answer for granted and fails in many ways on another one.
        raise UnintelligibleError(
            f"the service answered something that is no answer of this API ({type(error).__name__})"
        ) from None


def _segment(name: str) -> str:
    if not name or name in {".", ".."} or any(c in "/\\?#%" or not c.isprintable() for c in name):
        raise UnaddressableError(f"{name!r} cannot be part of a rule's address")
    return quote(name, safe="")
