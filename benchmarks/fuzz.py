"""Spoiled files and queries by the thousand, always the same ones: does each get an answer?

    python benchmarks/fuzz.py [--seed N] [--part N] [--accepted FILE] [KIND ...]

KIND is detections, tests, plans, snapshots, tenants or queries. `--part 10` tries a tenth of each.
`--accepted` lists what was accepted although it was spoiled, for somebody to look at.
Exit code 1 for a traceback or for one that takes more than five seconds of processor time.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from measuring import REPOSITORY

sys.path.insert(0, str(REPOSITORY))

from generator.deploy.plan_file import PlanFileError, read_plan
from generator.deploy.snapshot import SnapshotError, read_snapshot
from tests.cli.commands import EndlessCommandError, run

REACH_SECONDS = 5.0
COUNTS = {
    "detections": 1500,
    "tests": 500,
    "plans": 250,
    "snapshots": 250,
    "tenants": 300,
    "queries": 1000,
}
SEED = 20260115

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


@dataclass(slots=True)
class Tally:
    """What became of the inputs of one kind."""

    accepted: int = 0
    refused: int = 0
    tracebacks: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    slowest: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter)


Answer = tuple[bool, str]
"""Whether it was accepted, and what a traceback said, empty where there was none."""
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
            return False, str(error)
        broken = "Traceback" in ended.stderr or "internal error" in ended.stderr
        return ended.returncode == 0, ended.stderr[-2000:] if broken else ""

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


def _bases() -> list[tuple[str, Any, Any]]:
    """Return slug, detection and tests of each detection of this repository."""
    found = []
    for tests in sorted((REPOSITORY / "detections").glob("*/*.tests.yaml")):
        detection = tests.with_name(tests.name.replace(".tests.yaml", ".yaml"))
        found.append(
            (
                f"{tests.parent.name}/{detection.stem}",
                yaml.safe_load(detection.read_text("utf-8")),
                yaml.safe_load(tests.read_text("utf-8")),
            )
        )
    return found


_PLAIN = {
    "status": "Available",
    "tags": ["one", "two"],
    "author": {"name": "Somebody"},
    "requiredDataConnectors": [{"connectorId": "AzureActiveDirectory", "dataTypes": ["AuditLogs"]}],
}


def detections(chance: random.Random) -> Iterator[Case]:
    while True:
        slug, detection, _ = chance.choice(_bases())
        what, document = spoiled(chance, {**_PLAIN, **detection})
        validate = _command("validate", f"detections/{slug}.yaml")
        yield what, _written(f"detections/{slug}.yaml", _text(document), validate)


def tests(chance: random.Random) -> Iterator[Case]:
    while True:
        slug, detection, suite = chance.choice(_bases())
        what, document = spoiled(chance, suite)
        command = _command("test", f"detections/{slug}.yaml")
        with_tests = _written(f"detections/{slug}.tests.yaml", _text(document), command)
        yield what, _written(f"detections/{slug}.yaml", _text(detection), with_tests)


def tenants(chance: random.Random) -> Iterator[Case]:
    base = yaml.safe_load((REPOSITORY / "tenants/lab.yaml").read_text("utf-8"))
    base |= {"select": {"include": ["devices/*"]}, "parameters": {"many_keys": 5}}
    slug, detection, _ = _bases()[0]
    while True:
        what, document = spoiled(chance, base)
        validate = _command("validate", "--no-kql")
        with_tenant = _written("tenants/lab.yaml", _text(document), validate)
        yield what, _written(f"detections/{slug}.yaml", _text(detection), with_tenant)


_WORKSPACE = (
    "/subscriptions/0/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/w"
)
_RULE = {
    "name": "1ae86251-d05d-4615-9855-082737f896e8",
    "kind": "NRT",
    "etag": "1",
    "properties": {"displayName": "One", "query": "AuditLogs", "enabled": True, "severity": "Low"},
}


def _read(read: Callable[[Path], object]) -> Callable[[Path], Answer]:
    def answer(root: Path) -> Answer:
        try:
            read(root / "file.json")
        except (PlanFileError, SnapshotError):
            return False, ""
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            return False, repr(error)
        return True, ""

    return answer


def plans(chance: random.Random) -> Iterator[Case]:
    action = {
        "id": _RULE["name"], "detection": "devices/one", "kind": "NRT", "action": "update",
        "etag": "1", "reason": None, "desired": {"kind": "NRT", "properties": {"enabled": True}},
        "changes": [{"path": "properties.enabled", "live": False, "desired": True}], "origin": None,
    }  # fmt: skip
    base = {
        "version": 1, "tenant": "lab", "workspaceId": _WORKSPACE, "tool": "1", "contentHash": "0",
        "actions": [action, {**action, "id": "2ae86251-d05d-4615-9855-082737f896e8"}],
        "summary": {"update": 2},
    }  # fmt: skip
    while True:
        what, document = spoiled(chance, base)
        yield what, _written("file.json", json.dumps(document), _read(read_plan))


def snapshots(chance: random.Random) -> Iterator[Case]:
    base = {
        "version": 1, "workspaceId": _WORKSPACE, "takenAt": "2026-01-15T12:00:00.000000Z",
        "rules": [_RULE, {**_RULE, "name": "2ae86251-d05d-4615-9855-082737f896e8"}],
    }  # fmt: skip
    while True:
        what, document = spoiled(chance, base)
        read = _read(lambda path: read_snapshot(path, _WORKSPACE))
        yield what, _written("file.json", json.dumps(document), read)


def queries(chance: random.Random) -> Iterator[Case]:
    events = _text([{"x": 1, "a": "b"}])
    while True:
        text = "".join(chance.choice(FRAGMENTS) for _ in range(chance.randrange(2, 14)))
        query = _command("query", text)
        yield text[:100], _written("events.yaml", events, query)


KINDS: dict[str, Callable[[random.Random], Iterator[Case]]] = {
    "detections": detections,
    "tests": tests,
    "plans": plans,
    "snapshots": snapshots,
    "tenants": tenants,
    "queries": queries,
}


def tried(kind: str, count: int, seed: int, root: Path) -> Tally:
    tally = Tally()
    cases = KINDS[kind](random.Random(f"{seed} {kind}"))
    for _ in range(count):
        what, answer = next(cases)
        before = time.process_time()
        accepted, traceback = answer(root)
        seconds = time.process_time() - before
        tally.slowest = max(tally.slowest, seconds)
        if traceback:
            tally.tracebacks.append(f"{what}: {traceback}")
        if seconds > REACH_SECONDS:
            tally.slow.append(f"{what}: {seconds:.1f} s")
        tally.accepted += accepted
        tally.refused += not accepted
        if accepted:
            tally.kinds[what] += 1
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--part", type=int, default=1)
    parser.add_argument("--accepted", type=Path)
    given = parser.parse_args()
    unknown = set(given.kinds) - KINDS.keys()
    if unknown:
        parser.error(f"no such kind: {', '.join(sorted(unknown))}")
    lines: list[str] = []
    wrong = 0
    print("kind         tried accepted  refused tracebacks  slowest")
    for kind in given.kinds or KINDS:
        with tempfile.TemporaryDirectory() as made:
            root = Path(made, "content")
            root.mkdir()
            (root / "sentinelgen.yaml").write_text("")
            for folder in ("tenants", "schemas"):
                if (REPOSITORY / folder).is_dir() and folder != "tenants":
                    shutil.copytree(REPOSITORY / folder, root / folder)
            tally = tried(kind, COUNTS[kind] // given.part, given.seed, root)
        print(
            f"{kind:<11} {tally.accepted + tally.refused:6} {tally.accepted:8} {tally.refused:8} "
            f"{len(tally.tracebacks):10} {tally.slowest:7.2f}s",
            flush=True,
        )
        for trouble in (*tally.tracebacks, *tally.slow):
            print(f"  {trouble}")
        wrong += len(tally.tracebacks) + len(tally.slow)
        lines += [f"{kind}: {what}" for what in sorted(tally.kinds)]
    if given.accepted is not None:
        given.accepted.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="replace")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
