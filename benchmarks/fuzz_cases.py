"""What the fuzzing tries: files and queries of this repository, with a place or two spoiled."""

from __future__ import annotations

import contextlib
import copy
import json
import random
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from campaign_world import call, emulator
from measuring import REPOSITORY

sys.path.insert(0, str(REPOSITORY))

from generator.tenants.load import load_tenant
from tests.cli.commands import EndlessCommandError, run

NONSENSE: tuple[Any, ...] = (
    *("", " ", "\x07", "a\nb", "\u202egnp", "*a", "[]", "datatable()[]", "javascript:alert(1)"),
    *("{{", "{{ x }}", "{% for a in b %}", "${{ github.token }}", "::stop-commands::x"),
    *("../../etc", "T0000", "<b>", "`", "'; drop", "null", "\ud7ff\uffff", "a" * 5000),
    *(" " * 5000, "9" * 5000, "a*" * 50 + "b", "\u00e9" * 50, "2026-13-45", "1d1d", "P", "PT"),
    *("-5m", None, True, False, 0, -1, 10**30, 1.5, float("inf"), [], {}, [[]], {"": ""}),
    *({"a": {"b": {"c": []}}}, ["x"] * 300),
)
FRAGMENTS = (
    *("Events", "AuditLogs", "| where ", "| extend x = ", "| summarize count() by "),
    *("| join kind=inner ", "| mv-expand ", "| project ", "| union ", "| take ", "let a = "),
    *("range x from 1 to 100000 step 1", "; ", "(", ")", "[", "]", "'", '"', "```", "//"),
    *("strrep('a', 1024)", "strcat(a, a)", "x", "a", "1d", "dynamic([1])", "datetime(2026)"),
    *("timespan(" + " " * 500 + ")", "guid(x)", "* ", "=~ ", "== ", ", ", "toscalar("),
    *("materialize(", "repeat(1, 1000000)", "evaluate pivot(x)", "$left.a", "\x01", "\u202e"),
    *("make-series count() on x step 1", "parse x with * 'a' b", "project-keep a*a*a*a*b"),
    *("series_fir(repeat(1, 100000), repeat(1, 100000))", "| invoke f() "),
    "let f = (T:(x:long)) { T | union T };",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said to a case. `is_broken` is a traceback, or no end."""

    is_accepted: bool
    said: str
    is_broken: bool = False


Case = tuple[str, Callable[[Path], Answer]]


def spoiled(chance: random.Random, document: Any) -> tuple[str, Any]:
    """Return a copy with one or two places changed, and what was done."""
    document = copy.deepcopy(document)
    done = []
    for _ in range(chance.choice((1, 1, 1, 2))):
        places = list(_places(document))
        holder, key, path = chance.choice(places)
        value = holder[key]
        change = chance.choice(("value", "value", "value", "drop", "name", "twice", "edit"))
        if change == "drop":
            del holder[key]
        elif change == "name" and isinstance(holder, dict):
            name = chance.choice([item for item in NONSENSE if isinstance(item, str)])
            holder[name] = holder.pop(key)
            path += f" named {name[:20]!r}"
        elif change == "twice" and isinstance(holder, list):
            holder.append(value)
        elif change == "edit" and isinstance(value, str) and value:
            at = chance.randrange(len(value))
            holder[key] = (
                value[:at] + chance.choice(("\x1b", "'", "{{", "\n", "", "é")) + value[at + 1 :]
            )
        else:
            holder[key] = chance.choice(NONSENSE)
            path += f" = {str(holder[key])[:30]!r}"
        done.append(f"{change} {path}")
    return "; ".join(done), document


def _places(value: Any, path: str = "") -> Iterator[tuple[Any, Any, str]]:
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        inner = f"{path}.{key}" if isinstance(value, dict) else f"{path}[]"
        yield value, key, inner.lstrip(".")
        if isinstance(value[key], dict | list):
            yield from _places(value[key], inner)


def _text(document: Any) -> str:
    return yaml.safe_dump(document, allow_unicode=False, sort_keys=False)


def _command(*arguments: str) -> Callable[[Path], Answer]:
    def answer(root: Path) -> Answer:
        try:
            ended = run(*arguments, folder=root)
        except EndlessCommandError as error:
            return Answer(is_accepted=False, said=str(error), is_broken=True)
        is_broken = "Traceback" in ended.stderr or "internal error" in ended.stderr
        said = (ended.stdout + ended.stderr)[-1000:]
        return Answer(is_accepted=ended.returncode == 0, said=said, is_broken=is_broken)

    return answer


def _written(file: str, text: str, answer: Callable[[Path], Answer]) -> Callable[[Path], Answer]:
    def written(root: Path) -> Answer:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
        try:
            return answer(root)
        finally:
            path.unlink()

    return written


class _Plain(yaml.SafeLoader):
    """Reads times as the text that they are written as."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _loaded(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), _Plain)  # noqa: S506 - a safe loader


@cache
def _bases() -> list[tuple[str, Any, Any]]:
    """Return slug, detection and tests of each detection of this repository."""
    found = []
    for tests in sorted((REPOSITORY / "detections").glob("*/*.tests.yaml")):
        detection = tests.with_name(tests.name.replace(".tests.yaml", ".yaml"))
        slug = f"{tests.parent.name}/{detection.stem}"
        found.append((slug, _loaded(detection), _loaded(tests)))
    return found


_PLAIN = {
    "status": "Available",
    "tags": ["one", "two"],
    "author": {"name": "Somebody"},
    "requiredDataConnectors": [{"connectorId": "AzureActiveDirectory", "dataTypes": ["AuditLogs"]}],
}


Spoil = Callable[[random.Random, Any], tuple[str, Any]]


def unspoiled(_chance: random.Random, document: Any) -> tuple[str, Any]:
    """Return the document as it is: what a case begins with has to be accepted."""
    return "nothing", document


def detections(chance: random.Random, spoil: Spoil, _root: Path) -> Iterator[Case]:
    while True:
        slug, detection, _ = chance.choice(_bases())
        what, document = spoil(chance, {**_PLAIN, **detection})
        validate = _command("validate", f"detections/{slug}.yaml")
        yield what, _written(f"detections/{slug}.yaml", _text(document), validate)


def tests(chance: random.Random, spoil: Spoil, _root: Path) -> Iterator[Case]:
    while True:
        slug, detection, suite = chance.choice(_bases())
        what, document = spoil(chance, suite)
        command = _command("test", f"detections/{slug}.yaml")
        with_tests = _written(f"detections/{slug}.tests.yaml", _text(document), command)
        yield what, _written(f"detections/{slug}.yaml", _text(detection), with_tests)


def tenants(chance: random.Random, spoil: Spoil, _root: Path) -> Iterator[Case]:
    slug, detection, _ = _bases()[0]
    few = {"few": {"type": "int", "default": 1, "description": "How many rows."}}
    detection = {**detection, "parameters": {**detection.get("parameters", {}), **few}}
    detection["query"] = detection["query"].rstrip() + "\n| take {{ few }}\n"
    base = _loaded(REPOSITORY / "tenants/lab.yaml")
    base |= {"select": {"include": ["devices/*", {"severity": detection["severity"]}]}}
    base |= {"parameters": {"few": 5}}
    while True:
        what, document = spoil(chance, base)
        validate = _command("validate", "--no-kql")
        with_tenant = _written("tenants/lab.yaml", _text(document), validate)
        yield what, _written(f"detections/{slug}.yaml", _text(detection), with_tenant)


class _Workspace:
    """A content repository, deployed to an emulator a while ago and edited there since.

    `root` has a plan and a snapshot of it; what is done to it is undone before the next command.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._db = root / "rules.db"
        self._kept = root / "kept.db"
        self._port = 0
        self._db.unlink(missing_ok=True)
        for slug, detection, _ in _bases():
            file = root / f"detections/{slug}.yaml"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_text(detection), "utf-8")
        with self._served() as url:
            self._must("deploy", "--yes", "--no-kql")
            for number, (_, detection, _) in enumerate(_bases()[:3]):
                address = f"{url}{_RULES}/{detection['id']}?api-version=2025-07-01-preview"
                rule = call(address)
                if number == 2:
                    call(address, "DELETE")
                else:
                    rule["properties"]["severity"] = "Informational"
                    del rule["etag"]
                    call(address, "PUT", rule)
            self._forget()
            self._must("plan", "--no-kql", "--out", "plan.json")
            self._must("snapshot", "--out", "snapshot.json")
        shutil.copy(self._db, self._kept)
        self.plan = json.loads((root / "plan.json").read_text("utf-8"))
        self.snapshot = json.loads((root / "snapshot.json").read_text("utf-8"))
        # In the order in which the service lists them, which is that in which they were written.
        self.snapshot["rules"].sort(key=lambda rule: rule["name"])

    def command(self, *arguments: str) -> Callable[[Path], Answer]:
        """Return what runs a command against the workspace as it was in the beginning."""

        def answer(root: Path) -> Answer:
            shutil.copy(self._kept, self._db)
            self._forget()
            with self._served():
                return _command(*arguments, "--tenant", "lab")(root)

        return answer

    def _must(self, *arguments: str) -> None:
        ended = run(*arguments, "--tenant", "lab", folder=self.root)
        if ended.returncode:
            raise RuntimeError(f"{arguments} ends with {ended.returncode}: {ended.stderr}")

    def _forget(self) -> None:
        shutil.rmtree(self.root / ".sentinelgen", ignore_errors=True)

    @contextlib.contextmanager
    def _served(self) -> Iterator[str]:
        # Always the same address: a plan is for one cloud.
        with emulator(self._db, port=self._port) as url:
            self._port = int(url.rpartition(":")[2])
            target = _loaded(REPOSITORY / "tenants/lab.yaml")
            target["target"]["cloud"] = url
            (self.root / "tenants").mkdir(exist_ok=True)
            (self.root / "tenants/lab.yaml").write_text(_text(target), "utf-8")
            yield url


_RULES = (
    f"{load_tenant(REPOSITORY, 'lab').target.workspace_id}"
    "/providers/Microsoft.SecurityInsights/alertRules"
)
_LIMITS = ("--max-deletes", "100", "--max-change-percent", "100")


def plans(chance: random.Random, spoil: Spoil, root: Path) -> Iterator[Case]:
    workspace = _Workspace(root)
    deploy = ("deploy", "--yes", "--no-kql", *_LIMITS, "--plan", "file.json")
    while True:
        what, document = spoil(chance, workspace.plan)
        yield what, _written("file.json", json.dumps(document), workspace.command(*deploy))


def snapshots(chance: random.Random, spoil: Spoil, root: Path) -> Iterator[Case]:
    workspace = _Workspace(root)
    back = ("rollback", "--yes", *_LIMITS, "file.json")
    while True:
        what, document = spoil(chance, workspace.snapshot)
        yield what, _written("file.json", json.dumps(document), workspace.command(*back))


_PLACEHOLDER = re.compile(r"\{\{.*?\}\}")


def queries(chance: random.Random, spoil: Spoil, _root: Path) -> Iterator[Case]:
    """Queries of nothing but fragments, and queries of this repository with a piece exchanged."""
    events = _text([{"x": 1, "a": "b"}])
    given = [detection["query"] for _, detection, _ in _bases() if "query" in detection]
    plain = [_PLACEHOLDER.sub("dynamic([])", query) for query in given]
    while True:
        if spoil is unspoiled:
            text = chance.choice(plain)
        elif chance.random() < 0.5:
            text = "".join(chance.choice(FRAGMENTS) for _ in range(chance.randrange(2, 14)))
        else:
            text = chance.choice(plain)
            at = chance.randrange(len(text))
            end = at + chance.choice((0, 1, 1, 5, 40))
            text = text[:at] + chance.choice(("", *FRAGMENTS)) + text[end:]
        query = _command("query", text)
        yield text[:100], _written("events.yaml", events, query)


KINDS: dict[str, Callable[[random.Random, Spoil, Path], Iterator[Case]]] = {
    "detections": detections,
    "tests": tests,
    "plans": plans,
    "snapshots": snapshots,
    "tenants": tenants,
    "queries": queries,
}
