"""The resources of one workspace: a thin layer over the management SDK.

Requests go through the SDK's client and pipeline, not through its models: bodies travel as the JSON
that was sent, so that members which no model knows survive both ways, and each with the API version
that holds it. What there is in a workspace, and which version holds it, a kind of content says.
Everything that can go wrong leaves as one of the errors of
`generator.azure.errors`; nothing here decides whether a write is right.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from itertools import chain
from typing import Any, Self
from urllib.parse import quote

from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.rest import HttpRequest
from azure.mgmt.core.exceptions import ARMErrorFormat

from generator.azure.answers import Body, body_of, document_of, items_of
from generator.azure.api_versions import is_preview
from generator.azure.credentials import credential_for
from generator.azure.endpoint_guard import EndpointGuard
from generator.azure.errors import (
    GoneError,
    InvalidError,
    UnaddressableError,
    UnintelligibleError,
)
from generator.azure.failures import service_error
from generator.azure.identity import identity_of
from generator.azure.pacing import Pacing
from generator.azure.pipeline import policies_for
from generator.azure.sdk import ManagementSdk, is_sentinel, sdk_of
from generator.azure.transport import transport_for
from generator.tenants.tenant import Target

MAX_PAGES = 200
"""Pages of a list that are read before it counts as endless (recorded workspaces have one)."""

LONGEST_LIST = 300.0
"""Seconds for all pages of a list: more than throttling and slow answers take together."""

_GOOD = {
    "GET": {HTTPStatus.OK},
    "PUT": {HTTPStatus.OK, HTTPStatus.CREATED},
    "DELETE": {HTTPStatus.OK, HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT},
}


class ArmClient:
    """Reads and writes the resources of one workspace. May be shared by threads.

    `collections` are what there is to be asked for, as paths below the workspace; nothing else is.
    `stop` ends all waiting (Retry-After, backoff) when it is set. `api_version` is used for every
    request to Sentinel instead of the version that is asked for, for a cloud that lacks that one.
    Every method raises ServiceError.
    """

    def __init__(
        self,
        target: Target,
        collections: Iterable[str],
        *,
        credential: TokenCredential | None = None,
        stop: threading.Event | None = None,
        api_version: str | None = None,
    ) -> None:
        self.target = target
        self.stop = stop or threading.Event()
        self._credential = credential_for(target) if credential is None else credential
        self._api_version = api_version
        self._pacing = Pacing(self.stop)
        self._guard = EndpointGuard.of(target, collections)
        self._idle: dict[type, list[ManagementSdk]] = {}
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
            clients, self._idle = self._idle, {}
        for client in chain.from_iterable(clients.values()):
            client.close()

    def identity(self) -> str | None:
        """Log in and return who is logged in, as the token says; None where no login is needed."""
        if self.target.cloud.is_loopback:
            return None
        with translated():
            return identity_of(self._credential.get_token(self.target.cloud.scope or "").token)

    def address(self, collection: str, *names: str) -> str:
        """Return the address of a collection below the workspace, or of what is named in it.

        Collections and names alternate after the first. Raises UnaddressableError for a name that
        would lead elsewhere.
        """
        parts = [f"{self.target.workspace_id}/{collection}"]
        for index, name in enumerate(names):
            parts.append(_segment(name) if index % 2 == 0 else name)
        return "/".join(parts)

    def pages(self, address: str, version: str) -> Iterator[Body]:
        """Yield every item of a list, page after page."""
        return self._pages(address, self._version(address, version))

    def get(self, address: str, version: str) -> Body:
        """Return a resource. Raises GoneError when there is none."""
        return self._body("GET", address, self._version(address, version))

    def put(
        self,
        address: str,
        body: Mapping[str, Any],
        version: str,
        *,
        etag: str | None = None,
        is_new: bool = False,
        preview_only: str | None = None,
    ) -> Body:
        """Create or replace a resource and return it as the service answers.

        With an etag the service is asked to refuse when the resource has another one. It compares
        the body's member; the header is what HTTP has for it. With `is_new` it is asked to refuse
        when there is a resource already (RFC 9110, 13.1.2). Raises ConflictError when it has
        refused. `preview_only` says why only a preview version can hold this, None where a stable
        one can.
        """
        sent = dict(body) if etag is None else {"etag": etag, **body}
        chosen = self._version(address, version)
        if preview_only is not None and not is_preview(chosen):
            raise InvalidError(
                f"API version {chosen}, which is set for this run, cannot hold this: {preview_only}"
            )
        return self._body("PUT", address, chosen, sent, etag, is_new=is_new)

    def delete(self, address: str, version: str, etag: str | None = None) -> None:
        """Delete a resource, or begin to; one that is gone already is no error."""
        chosen = self._version(address, version)
        try:
            with translated(chosen):
                self._send("DELETE", address, chosen, etag=etag)
        except GoneError:
            return

    @property
    def stable_version(self) -> str | None:
        """The version set for this run where it is a stable one, which does not show everything."""
        chosen = self._api_version
        return None if chosen is None or is_preview(chosen) else chosen

    def _version(self, address: str, version: str) -> str:
        # The versions of another provider are others.
        return (self._api_version if is_sentinel(self.target, address) else None) or version

    def _pages(self, address: str, version: str) -> Iterator[Body]:
        link: str | None = None
        seen: set[str] = set()
        began = time.monotonic()
        while True:
            with translated(version):
                page = self._send("GET", link or address, None if link else version)
                bodies, link = items_of(page, address)
            yield from bodies
            if link is None:
                return
            if link in seen or len(seen) >= MAX_PAGES:
                raise UnintelligibleError("the list has no end: its pages lead in a circle")
            if time.monotonic() - began > LONGEST_LIST:
                raise UnintelligibleError(f"the list takes longer than {LONGEST_LIST:.0f} seconds")
            seen.add(link)
            # The SDK formats what it is given with str.format, which would eat raw braces.
            link = link.replace("{", "%7B").replace("}", "%7D")

    def _body(
        self,
        method: str,
        address: str,
        version: str,
        body: Any = None,
        etag: str | None = None,
        *,
        is_new: bool = False,
    ) -> Body:
        with translated(version):
            return body_of(self._send(method, address, version, body, etag, is_new=is_new))

    def _send(
        self,
        method: str,
        url: str,
        version: str | None,
        body: Any = None,
        etag: str | None = None,
        *,
        is_new: bool = False,
    ) -> Any:
        """Send a request and return the document that is answered, None where there is none."""
        condition = {"If-None-Match": "*"} if is_new else {}
        request = HttpRequest(
            method,
            url,
            params={} if version is None else {"api-version": version},
            headers={
                "Accept": "application/json",
                **(condition if etag is None else {"If-Match": etag}),
            },
            **({} if body is None else {"json": body}),
        )
        with self._borrowed(sdk_of(self.target, url)) as sdk:
            response = sdk.send_request(request)
            if response.status_code not in _GOOD[method]:
                raise HttpResponseError(response=response, error_format=ARMErrorFormat)
            return None if method == "DELETE" else document_of(response)

    @contextmanager
    def _borrowed(self, sdk: type) -> Iterator[ManagementSdk]:
        """Lend a client to one thread: a session of requests is not made for several at once."""
        with self._lock:
            idle = self._idle.setdefault(sdk, [])
            client = idle.pop() if idle else None
        client = client or self._new_client(sdk)
        try:
            yield client
        finally:
            with self._lock:
                keep = not self._is_closed
                if keep:
                    self._idle[sdk].append(client)
            if not keep:
                client.close()

    def _new_client(self, sdk: type) -> ManagementSdk:
        client: ManagementSdk = sdk(
            self._credential,
            self.target.subscription_id,
            self.target.cloud.endpoint,
            policies=policies_for(
                self.target, self._credential, self._pacing, self.stop, self._guard
            ),
            transport=transport_for(self.target, self.stop, self._guard),
        )
        return client


@contextmanager
def translated(api_version: str = "") -> Iterator[None]:
    """Turn what the SDK raises into errors of ours. `api_version` is what was asked for."""
    try:
        yield
    except AzureError as error:
        raise service_error(error, api_version) from None
    except (ValueError, TypeError, AttributeError, LookupError, RuntimeError) as error:
        # The SDK takes the shape of an answer for granted and fails in many ways on another one.
        raise UnintelligibleError(
            f"the service answered something that is no answer of this API ({type(error).__name__})"
        ) from None


def _segment(name: str) -> str:
    if not name or name in {".", ".."} or any(c in "/\\?#%" or not c.isprintable() for c in name):
        raise UnaddressableError(f"{name!r} cannot be part of an address")
    return quote(name, safe="")
