"""What the fault campaign plays with: content that changes, a workspace, and a portal.

What a rule has to be live is written down here independently of the generator.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from generator.emulator.launch import EmulatorOptions, launch

RULES = 30
RETIRED = 4
ADDED = 4
FOREIGN = 12
PAGE_SIZE = 17
SUBSCRIPTION = "00000000-0000-0000-0000-000000000002"
BASE = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-lab/providers/Microsoft.OperationalInsights"
    "/workspaces/law-lab/providers/Microsoft.SecurityInsights/alertRules"
)
API = "?api-version=2025-10-01-preview"
Live = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Rule:
    """What the content says of one rule: each edit gives it another `edition`.

    `called` is the number in its name: rules take over each other's names.
    """

    number: int
    edition: int = 0
    kind: str = "Scheduled"
    called: int | None = None

    @property
    def name(self) -> str:
        return f"Campaign rule {self.number if self.called is None else self.called}"

    @property
    def id(self) -> str:
        return rule_id(self.number)

    @property
    def path(self) -> str:
        return f"detections/area/rule-{self.number:03d}.yaml"

    def detection(self) -> dict[str, Any]:
        schedule = {
            "queryFrequency": "1h",
            "queryPeriod": "2h",
            "triggerOperator": "gt",
            "triggerThreshold": self.edition,
        }
        return {
            "id": self.id,
            "name": self.name,
            "description": f"Finds things, number {self.number}",
            "severity": "Medium",
            "requiredDataConnectors": [],
            "kind": self.kind,
            **(schedule if self.kind == "Scheduled" else {}),
            "tactics": ["Persistence"],
            "relevantTechniques": ["T1098"],
            "query": self.query,
            "version": f"1.0.{self.edition}",
        }

    def properties(self) -> dict[str, Any]:
        schedule = {
            "queryFrequency": "PT1H",
            "queryPeriod": "PT2H",
            "triggerOperator": "GreaterThan",
            "triggerThreshold": self.edition,
        }
        return {
            "displayName": self.name,
            "description": f"Finds things, number {self.number}",
            "severity": "Medium",
            "enabled": True,
            "query": self.query,
            **(schedule if self.kind == "Scheduled" else {}),
            "suppressionDuration": "PT5H",
            "suppressionEnabled": False,
            "tactics": ["Persistence"],
            "techniques": ["T1098"],
        }

    @property
    def query(self) -> str:
        return f"SigninLogs\n| where ResultType == '{self.number}-{self.edition}'\n"


@dataclass
class Content:
    """The content repository of a schedule. `retired` are numbers of rules that are gone."""

    root: Path
    rules: dict[int, Rule] = field(
        default_factory=lambda: {number: Rule(number) for number in range(RULES)}
    )
    retired: set[int] = field(default_factory=lambda: set(range(RULES, RULES + RETIRED)))
    next_number: int = RULES + RETIRED
    names_passed_on: int = 0

    def write(self) -> None:
        area = self.root / "detections" / "area"
        area.mkdir(parents=True, exist_ok=True)
        (self.root / "sentinelgen.yaml").write_text("", "utf-8")
        for file in area.iterdir():
            file.unlink()
        for rule in self.rules.values():
            text = yaml.safe_dump(rule.detection(), sort_keys=False)
            (self.root / rule.path).write_text(text, "utf-8")
        retired = [
            {
                "id": rule_id(number),
                "path": f"detections/area/old-{number}.yaml",
                "name": f"Old {number}",
                "retired": "2026-01-31",
                "reason": "replaced",
            }
            for number in sorted(self.retired)
        ]
        (self.root / "detections" / "retired.yaml").write_text(yaml.safe_dump(retired), "utf-8")

    def write_tenant(self, url: str) -> None:
        target = {
            "tenantId": SUBSCRIPTION,
            "subscriptionId": SUBSCRIPTION,
            "resourceGroup": "rg-lab",
            "workspace": "law-lab",
            "cloud": url,
        }
        (self.root / "tenants").mkdir(exist_ok=True)
        (self.root / "tenants" / "lab.yaml").write_text(yaml.safe_dump({"target": target}), "utf-8")

    def edit(self, chance: random.Random) -> None:
        """Change some rules, the kind of one now and then, retire some and add some.

        Now and then two or three pass their names around, and a new rule takes that of a retired
        one.
        """
        for number in chance.sample(sorted(self.rules), chance.randint(1, 6)):
            rule = self.rules[number]
            kind = rule.kind
            if chance.random() < 0.15:
                kind = "NRT" if kind == "Scheduled" else "Scheduled"
            self.rules[number] = replace(rule, edition=rule.edition + 1, kind=kind)
        if chance.random() < 0.4:
            self._pass_names_around(chance.sample(sorted(self.rules), chance.choice([2, 2, 3])))
        free = []
        for number in chance.sample(sorted(self.rules), chance.choice([0, 0, 1, 2])):
            gone = self.rules.pop(number)
            free.append(gone.number if gone.called is None else gone.called)
            self.retired.add(number)
        for _ in range(chance.choice([0, 0, 1, 2])):
            called = free.pop() if free and chance.random() < 0.5 else None
            self.rules[self.next_number] = Rule(self.next_number, called=called)
            self.next_number += 1
        self.write()

    def _pass_names_around(self, numbers: list[int]) -> None:
        rules = [self.rules[number] for number in numbers]
        for rule, other in zip(rules, [*rules[1:], rules[0]], strict=True):
            called = other.number if other.called is None else other.called
            self.rules[rule.number] = replace(rule, called=called)
            self.names_passed_on += 1

    def owned(self) -> set[str]:
        return {rule_id(number) for number in {*self.rules, *self.retired}}


def rule_id(number: int) -> str:
    return f"cccccccc-0000-4000-8000-{number:012d}"


@contextlib.contextmanager
def emulator(
    db: Path, faults: Path | None = None, page_size: int = 1000, port: int = 0
) -> Iterator[str]:
    options = EmulatorOptions(port, db, foreign=FOREIGN, faults=faults, page_size=page_size)
    server = launch(options)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def call(url: str, method: str = "GET", document: Any = None) -> Any:
    data = None if document is None else json.dumps(document).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=300) as answer:  # noqa: S310 - loopback
        return json.loads(answer.read() or b"null")


def live_rules(db: Path) -> Live:
    """Return the rules as they are, through an emulator without faults."""
    with emulator(db) as url:
        found = call(f"{url}{BASE}{API}")
        if found.get("nextLink"):
            raise RuntimeError("the workspace has more than one page")
    return {rule["name"]: rule for rule in found["value"]}


def fill(db: Path, content: Content, chance: random.Random) -> None:
    """Make the workspace that the schedule begins with."""
    with emulator(db) as url:
        for number in sorted({*content.rules, *content.retired}):
            state = chance.choice(["missing", "current", "edited", "disabled"])
            if state == "missing":
                continue
            body = Rule(number).properties()
            if state == "edited":
                body |= {"severity": "Low", "query": "SigninLogs | take 1"}
            elif state == "disabled":
                body["enabled"] = False
            document = {"kind": "Scheduled", "properties": body}
            call(f"{url}{BASE}/{rule_id(number)}{API}", "PUT", document)


def differences(rule: Rule, live: Mapping[str, Any] | None) -> list[str]:
    """Return the members in which a live rule is not as the content wants it."""
    if live is None:
        return ["missing"]
    wanted = rule.properties()
    found = [
        f"{name} is {live['properties'].get(name)!r}"
        for name, value in wanted.items()
        if live["properties"].get(name) != value
    ]
    return found + ([] if live["kind"] == rule.kind else [f"kind is {live['kind']}"])


def switched_off(content: Content, live: Live) -> set[int]:
    """Return the rules that somebody has switched off and not edited: they have to stay off."""
    return {
        rule.number
        for rule in content.rules.values()
        if differences(rule, live.get(rule.id)) == ["enabled is False"]
    }


@dataclass
class Portal:
    """Somebody who edits rules while deployments run, at the very server that has the faults.

    `edits` are the times at which it last touched a rule, by id; `foreign` what the rules that
    are not ours have to be.
    """

    url: str
    chance: random.Random
    edits: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def touch(self, rule: str) -> str:
        """Edit, switch off or delete a rule, or make it; return what was done, `nothing` if none.

        An answer that is lost leaves open what was done, so the time is noted in any case.
        """
        way = self.chance.choice(["edit", "switch off", "delete"])
        with self._lock:
            try:
                done = self._attempt(rule, way)
            except (urllib.error.URLError, http.client.HTTPException, OSError):
                done = "failed"
            self.edits[rule] = time.monotonic()
        return done

    def _attempt(self, rule: str, way: str) -> str:
        address = f"{self.url}{BASE}/{rule}{API}"
        if way == "delete":
            call(address, "DELETE")
            return "delete"
        live = call(address)
        properties = dict(live["properties"])
        if way == "edit":
            properties["description"] = f"edited {self.chance.random()}"
        else:
            properties["enabled"] = False
        call(address, "PUT", {"kind": live["kind"], "properties": properties})
        return way
