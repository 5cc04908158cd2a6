from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.azure.client import ArmClient
from generator.azure.transport import StoppableTransport
from generator.emulator.launch import EmulatorOptions, launch
from generator.kinds import collections
from generator.kinds.analytic_rule.live import LiveRules
from generator.tenants.cloud import parse_cloud
from generator.tenants.tenant import Target
from tests.cli.commands import KILL_SECONDS

SUBSCRIPTION = "00000000-0000-0000-0000-000000000002"
RULES = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-lab/providers/Microsoft.OperationalInsights"
    "/workspaces/law-lab/providers/Microsoft.SecurityInsights/alertRules"
)
API = "?api-version=2025-10-01-preview"


def target_at(url: str) -> Target:
    return Target(
        "00000000-0000-0000-0000-000000000001", SUBSCRIPTION, "rg-lab", "law-lab", parse_cloud(url)
    )


@dataclass(frozen=True)
class Portal:
    """Any other client of the workspace: reads and edits rules without a word to anybody."""

    url: str

    def call(self, method: str, path: str = "", document: Any = None) -> Any:
        data = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(  # noqa: S310 - loopback only
            f"{self.url}{RULES}{path}{API}",
            data,
            {"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=KILL_SECONDS) as answer:  # noqa: S310 - loopback only
            return json.loads(answer.read() or b"null")

    def rules(self) -> dict[str, dict[str, Any]]:
        found: list[dict[str, Any]] = []
        page = self.call("GET")
        while True:
            found += page["value"]
            if not page.get("nextLink"):
                return {rule["name"]: rule for rule in found}
            with urllib.request.urlopen(page["nextLink"], timeout=KILL_SECONDS) as answer:  # noqa: S310
                page = json.loads(answer.read())

    def counts(self) -> dict[str, int]:
        """Return how many requests the emulator has answered, by method and status."""
        with urllib.request.urlopen(  # noqa: S310 - loopback only
            f"{self.url}/_emulator/requests", timeout=KILL_SECONDS
        ) as answer:
            return dict(json.loads(answer.read())["requests"])

    def edit(self, rule_id: str, **properties: Any) -> None:
        rule = self.call("GET", f"/{rule_id}")
        rule["properties"] |= properties
        self.call("PUT", f"/{rule_id}", {"kind": rule["kind"], "properties": rule["properties"]})

    def has(self, rule_id: str) -> bool:
        try:
            self.call("GET", f"/{rule_id}")
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return False
            raise
        return True


@dataclass(frozen=True)
class Lab:
    """An emulator, what sees it as the portal, and a client of ours."""

    portal: Portal
    client: LiveRules


@contextmanager
def rules_at(target: Target, **options: Any) -> Iterator[LiveRules]:
    """Yield the rules of a workspace, through a client of their own."""
    with ArmClient(target, collections(), **options) as arm:
        yield LiveRules(arm)


@contextmanager
def running(options: EmulatorOptions) -> Iterator[str]:
    server = launch(options)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the seconds between attempts, which nobody waits for."""
    seen: list[float] = []
    monkeypatch.setattr(
        StoppableTransport, "sleep", lambda _transport, duration: seen.append(duration)
    )
    return seen


@pytest.fixture
def make_lab(tmp_path: Path) -> Iterator[Callable[..., Lab]]:
    opened: list[Any] = []

    def make(faults: list[dict[str, Any]] | None = None, **options: Any) -> Lab:
        if faults is not None:
            file = tmp_path / "faults.yaml"
            file.write_text(yaml.safe_dump(faults), "utf-8")
            options["faults"] = file
        context = running(EmulatorOptions(**options))
        url = context.__enter__()
        opened.append(context)
        rules = rules_at(target_at(url))
        opened.append(rules)
        return Lab(Portal(url), rules.__enter__())

    yield make
    for context in reversed(opened):
        context.__exit__(None, None, None)


@pytest.fixture
def lab(make_lab: Callable[..., Lab]) -> Lab:
    return make_lab()
