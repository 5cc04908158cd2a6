"""The clients of the management SDKs that threads borrow, each with connections of its own."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from generator.azure import client as azure_client
from generator.azure.client import ArmClient
from generator.azure.transport import StoppableTransport
from generator.kinds import collections
from tests.deploy.conftest import target_at
from tests.deploy.hostile import Reply, hostile_service

WORKERS = 6
REQUESTS = 60


def test_no_connection_is_used_by_two_threads_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    under_way: set[int] = set()
    watched_requests: list[str] = []
    shared: list[str] = []
    lock = threading.Lock()

    class Watched(StoppableTransport):
        def send(self, request: Any, **options: Any) -> Any:
            with lock:
                watched_requests.append(request.url)
                if id(self) in under_way:
                    shared.append(request.url)
                under_way.add(id(self))
            try:
                time.sleep(0.005)
                return super().send(request, **options)
            finally:
                with lock:
                    under_way.discard(id(self))

    def watched(*arguments: Any) -> Any:
        transport = real(*arguments)
        transport.__class__ = Watched
        return transport

    real = azure_client.transport_for
    monkeypatch.setattr(azure_client, "transport_for", watched)
    with (
        hostile_service(lambda _m, _p: Reply(body=b'{"value": []}')) as seen,
        ArmClient(target_at(seen.url), collections()) as arm,
        ThreadPoolExecutor(WORKERS) as pool,
    ):
        addresses = [arm.address(path) for path in collections()]

        def ask(number: int) -> None:
            list(arm.pages(addresses[number % len(addresses)], "2025-09-01"))

        list(pool.map(ask, range(REQUESTS)))
    assert shared == []
    assert len(watched_requests) == len(seen.requests) == REQUESTS
