"""An emulator on a real socket, and a client that speaks plain HTTP to it."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generator.emulator.launch import EmulatorOptions, launch
from generator.emulator.throttling import BucketSize
from tests.cli.commands import KILL_SECONDS

FIXTURES = Path(__file__).parent / "fixtures"
PREVIEW = "2025-10-01-preview"
STABLE = "2025-09-01"
SUBSCRIPTION = "22222222-2222-2222-2222-222222222222"
WIDE_BUCKET = BucketSize(1_000_000, 1_000_000)


def rule_fixture(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
    return document


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.content)


@dataclass(slots=True)
class PlainClient:
    """One keep-alive connection to one workspace."""

    port: int
    workspace: str = "law"
    version: str = PREVIEW
    connection: http.client.HTTPConnection | None = None

    @property
    def rules_path(self) -> str:
        return (
            f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
            f"/providers/Microsoft.OperationalInsights/workspaces/{self.workspace}"
            "/providers/Microsoft.SecurityInsights/alertRules"
        )

    def send(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> Reply:
        if self.connection is None:
            self.connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=KILL_SECONDS
            )
        content = body if body is None or isinstance(body, bytes) else json.dumps(body)
        try:
            self.connection.request(method, path, content, headers or {})
            response = self.connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, names, response.read())
        except OSError:
            self.close()
            raise

    def rule(
        self,
        method: str,
        name: str,
        body: object = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        path = f"{self.rules_path}/{name}?api-version={self.version}"
        return self.send(method, path, body, headers)

    def list(self) -> list[dict[str, Any]]:
        rules: list[dict[str, Any]] = []
        path: str | None = f"{self.rules_path}?api-version={self.version}"
        while path is not None:
            page = self.send("GET", path).document
            rules.extend(page["value"])
            link = page.get("nextLink")
            path = link and link.removeprefix(f"http://127.0.0.1:{self.port}")
        return rules

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


@contextlib.contextmanager
def running(options: EmulatorOptions) -> Iterator[PlainClient]:
    server = launch(options)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    client = PlainClient(server.server_port)
    try:
        yield client
    finally:
        client.close()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def client() -> Iterator[PlainClient]:
    with running(EmulatorOptions(bucket=WIDE_BUCKET)) as plain:
        yield plain


@pytest.fixture
def faulty(tmp_path: Path) -> Iterator[Callable[[str], PlainClient]]:
    """Start an emulator with the faults that a text in YAML states."""
    with contextlib.ExitStack() as stack:

        def start(faults: str) -> PlainClient:
            path = tmp_path / "faults.yaml"
            path.write_text(faults, "utf-8")
            return stack.enter_context(running(EmulatorOptions(bucket=WIDE_BUCKET, faults=path)))

        yield start
