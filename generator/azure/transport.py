"""The connections of a deployment: no answer takes forever, none fills the memory.

The SDK's transport waits for each part of an answer anew, so a service that sends a byte now and
then would hold it for hours. All times are seconds.
"""

from __future__ import annotations

import http.client
import io
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import requests

# The public name is made lazily, and a type checker cannot see it.
from azure.core.pipeline.transport._requests_basic import RequestsTransport
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from generator.azure.endpoint_guard import EndpointGuard
from generator.azure.errors import UnintelligibleError
from generator.tenants.tenant import Target

CONNECTION_TIMEOUT = 4
READ_TIMEOUT = 12.0
"""For one part of an answer, the first one included."""
ANSWER_TIMEOUT = 15.0
"""For the whole of an answer; the part that is under way then still has its READ_TIMEOUT."""
MAX_ANSWER = 64 * 1024 * 1024
"""Bytes of one answer; a page with a thousand of the longest rules is a third of that."""


def transport_for(
    target: Target, stop: threading.Event, guard: EndpointGuard
) -> StoppableTransport:
    """Return a transport: proxies of the environment are for real clouds only, TLS is verified."""
    return StoppableTransport(
        stop,
        guard,
        use_env_settings=not target.cloud.is_loopback,
        connection_timeout=CONNECTION_TIMEOUT,
        read_timeout=READ_TIMEOUT,
    )


class StoppableTransport(RequestsTransport):
    """The SDK's transport, whose waiting between attempts ends when the user stops us."""

    def __init__(self, stop: threading.Event, guard: EndpointGuard, **options: Any) -> None:
        super().__init__(**options)
        self._stop = stop
        self._guard = guard

    def sleep(self, duration: float) -> None:
        """Wait for `duration` seconds, or until the stop."""
        self._stop.wait(duration)

    def _init_session(self, session: requests.Session) -> None:
        super()._init_session(session)
        for prefix, adapter in list(session.adapters.items()):
            if isinstance(adapter, HTTPAdapter):
                session.mount(prefix, _GuardedAdapter(self._guard, adapter.max_retries))
        session.hooks["response"] = [_bounded]


class BoundedBody:
    """The raw body of an answer, which ends with an error where it does not end by itself."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def stream(self, amount: int = 65536, decode_content: bool | None = None) -> Iterator[bytes]:
        """Yield the body in parts. Raises UnintelligibleError beyond MAX_ANSWER bytes."""
        size = 0
        for part in self._raw.stream(amount, decode_content=decode_content):
            size += len(part)
            if size > MAX_ANSWER:
                self._raw.close()
                raise UnintelligibleError(f"the service's answer is larger than {MAX_ANSWER} bytes")
            yield part

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


def _bounded(response: Any, *_args: object, **_options: object) -> None:
    response.raw = BoundedBody(response.raw)


class _TimedReader(io.RawIOBase):
    """What comes from a socket, until the time for the whole answer is over."""

    def __init__(self, raw: Any) -> None:
        super().__init__()
        self._raw = raw
        self._until = time.monotonic() + ANSWER_TIMEOUT

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if time.monotonic() > self._until:
            raise TimeoutError("the answer is not complete in time")
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_TimedReader(self.fp.detach()))


class _Connection(HTTPConnection):
    response_class = _TimedResponse


class _SecureConnection(HTTPSConnection):
    response_class = _TimedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS = {"http": _Pool, "https": _SecurePool}


class _GuardedAdapter(HTTPAdapter):
    """Sends to one endpoint only, on connections whose answers are timed, proxied ones too."""

    def __init__(self, guard: EndpointGuard, max_retries: Any) -> None:
        self._guard = guard
        super().__init__(max_retries=max_retries)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> Any:
        """Send a request as it was prepared. Raises UnintelligibleError when it goes elsewhere."""
        self._guard.check(request.url or "")
        if "Host" in request.headers:
            raise UnintelligibleError("a request that names its host by itself is not sent")
        return super().send(request, *args, **options)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager
