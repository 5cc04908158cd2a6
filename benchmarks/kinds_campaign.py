"""Deployments of every kind of content at once, under faults, kills and edits in the portal.

    python benchmarks/kinds_campaign.py [--schedules N] [--seed N] [--first N] [--jobs N]

Each schedule has rules, hunting queries and watchlists, managed and seeds. What has to be live is
written down here independently of the generator, and read from the emulator without its faults.
Ends with 1 where a schedule has a violation.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
import urllib.error
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import campaign_faults
import yaml
from campaign_commands import BLOCKED, DONE, KILLED, UNFINISHED, command_once, wait_for_a_moment
from campaign_world import API, BASE, SUBSCRIPTION, Rule, call, emulator, rule_id

WORKSPACE = BASE.partition("/providers/Microsoft.SecurityInsights")[0]
SEARCHES = f"{WORKSPACE}/savedSearches"
LISTS = f"{WORKSPACE}/providers/Microsoft.SecurityInsights/watchlists"
VERSION = "?api-version=2025-09-01"
MAX_RUNS = 25
LIMITS = ("--max-deletes", "100", "--max-change-percent", "100")
FOREIGN_LIST = "Somebodys"
Rows = list[dict[str, str]]


@dataclass
class Listing:
    """A watchlist of the content. `rows` are what the content says."""

    alias: str
    is_seed: bool
    rows: Rows
    edition: int = 0


@dataclass
class World:
    """The content repository of a schedule, and what of it was retired, by kind and id."""

    root: Path
    rules: dict[int, Rule] = field(default_factory=lambda: {n: Rule(n) for n in range(6)})
    searches: dict[int, int] = field(default_factory=lambda: dict.fromkeys(range(6), 0))
    lists: dict[str, Listing] = field(default_factory=dict)
    retired: dict[tuple[str, str], str] = field(default_factory=dict)

    def edit(self, chance: random.Random) -> None:
        for number in chance.sample(sorted(self.rules), 2):
            self.rules[number] = Rule(number, self.rules[number].edition + 1)
        for number in chance.sample(sorted(self.searches), 2):
            self.searches[number] += 1
        for alias in chance.sample(sorted(self.lists), 2):
            one = self.lists[alias]
            one.edition += 1
            if not one.is_seed:
                kept = chance.sample(one.rows, len(one.rows) // 2)
                one.rows = [*kept, *rows_of(chance, chance.randint(0, 4))]
        if chance.random() < 0.3 and len(self.searches) > 3:
            number = chance.choice(sorted(self.searches))
            del self.searches[number]
            self.retired["hunting-query", search_id(number)] = f"hunting/area/query-{number}.yaml"
        if chance.random() < 0.3 and len(self.lists) > 2:
            alias = chance.choice(sorted(self.lists))
            del self.lists[alias]
            self.retired["watchlist", alias] = f"watchlists/{alias}.yaml"
        self.write()

    def write(self) -> None:
        for folder in ("detections/area", "hunting/area", "watchlists"):
            shutil.rmtree(self.root / folder, ignore_errors=True)
            (self.root / folder).mkdir(parents=True)
        (self.root / "sentinelgen.yaml").write_text("", "utf-8")
        for rule in self.rules.values():
            self._dump(rule.path, rule.detection())
        for number, edition in self.searches.items():
            self._dump(f"hunting/area/query-{number}.yaml", search_document(number, edition))
        for one in self.lists.values():
            document = {
                "alias": one.alias,
                "name": list_name(one),
                "description": "of the campaign",
                "key": "User",
                "columns": {"User": "string", "Why": "string"},
                "items": "seed" if one.is_seed else "managed",
                "rows": one.rows,
            }
            self._dump(f"watchlists/{one.alias}.yaml", document)
        entries = [
            {
                "id": id_,
                "kind": kind,
                "path": path,
                "name": id_,
                "retired": "2026-01-31",
                "reason": "replaced",
            }
            for (kind, id_), path in sorted(self.retired.items())
        ]
        self._dump("detections/retired.yaml", entries)

    def _dump(self, file: str, document: Any) -> None:
        (self.root / file).write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")

    def write_tenant(self, url: str) -> None:
        target = {
            "tenantId": SUBSCRIPTION,
            "subscriptionId": SUBSCRIPTION,
            "resourceGroup": "rg-lab",
            "workspace": "law-lab",
            "cloud": url,
        }
        (self.root / "tenants").mkdir(exist_ok=True)
        self._dump("tenants/lab.yaml", {"target": target})


def search_id(number: int) -> str:
    return f"dddddddd-0000-4000-8000-{number:012d}"


def search_document(number: int, edition: int) -> dict[str, Any]:
    return {
        "id": search_id(number),
        "name": f"Campaign query {number}",
        "description": f"Edition {edition}",
        "version": f"1.0.{edition}",
        "query": f"SigninLogs\n| where ResultType == '{number}-{edition}'\n",
        "tactics": ["Persistence"],
    }


def list_name(one: Listing) -> str:
    return f"Campaign {one.alias} {one.edition}"


def rows_of(chance: random.Random, count: int) -> Rows:
    return [{"User": f"user-{chance.getrandbits(40):x}", "Why": 'x, "y"'} for _ in range(count)]


def every_row(url: str, alias: str) -> Rows:
    found: Rows = []
    page = call(f"{url}{LISTS}/{alias}/watchlistItems{VERSION}")
    while True:
        found += [item["properties"]["itemsKeyValue"] for item in page["value"]]
        if not page.get("nextLink"):
            return sorted(found, key=str)
        page = call(page["nextLink"])


@dataclass
class Live:
    """What a workspace holds, through an emulator without faults."""

    rules: dict[str, Any]
    searches: dict[str, Any]
    lists: dict[str, tuple[str, Rows]]


def live_of(db: Path) -> Live:
    with emulator(db) as url:
        rules = call(f"{url}{BASE}{API}")["value"]
        searches = call(f"{url}{SEARCHES}?api-version=2025-07-01")["value"]
        lists = call(f"{url}{LISTS}{VERSION}")["value"]
        return Live(
            {one["name"]: one for one in rules},
            {one["name"]: one for one in searches},
            {
                one["name"]: (one["properties"]["displayName"], every_row(url, one["name"]))
                for one in lists
            },
        )


def wrong_in(world: World, live: Live, seeds: dict[str, Rows]) -> list[str]:
    """Return what is not live as the content wants it, or is live and must not be."""
    wrong = []
    for rule in world.rules.values():
        found = live.rules.get(rule.id)
        wanted = rule.properties()
        if found is None or any(found["properties"].get(k) != v for k, v in wanted.items()):
            wrong.append(f"rule {rule.id}")
    for number, edition in world.searches.items():
        found = live.searches.get(search_id(number))
        document = search_document(number, edition)
        tags = [
            {"name": "description", "value": document["description"]},
            {"name": "tactics", "value": "Persistence"},
        ]
        wanted = {
            "category": "Hunting Queries",
            "displayName": document["name"],
            "query": document["query"],
            "tags": tags,
            "version": 2,
        }
        if found is None or found["properties"] != wanted:
            wrong.append(f"query {number}")
    for one in world.lists.values():
        name, rows = live.lists.get(one.alias, ("", []))
        wanted_rows = seeds.get(one.alias, one.rows) if one.is_seed else one.rows
        if name != list_name(one) or rows != sorted(wanted_rows, key=str):
            wrong.append(f"list {one.alias}")
    for kind, id_ in world.retired:
        if id_ in (live.searches if kind == "hunting-query" else live.lists):
            wrong.append(f"{kind} {id_} is still there")
    return wrong


def touch(db: Path, world: World, chance: random.Random, seeds: dict[str, Rows]) -> str:
    """Edit something as somebody at the portal does, past the faults."""
    way = chance.choice(["query", "rows", "name", "seed", "delete list"])
    with emulator(db) as url, contextlib.suppress(urllib.error.HTTPError):
        if way == "query":
            address = f"{url}{SEARCHES}/{search_id(chance.choice(sorted(world.searches)))}"
            body = call(f"{address}?api-version=2025-07-01")
            body["properties"]["displayName"] = f"edited {chance.random()}"
            call(f"{address}?api-version=2025-07-01", "PUT", body)
            return way
        of_kind = [one for one in world.lists.values() if one.is_seed is (way == "seed")]
        if not of_kind:
            return "nothing"
        alias = chance.choice(sorted(one.alias for one in of_kind))
        body = call(f"{url}{LISTS}/{alias}{VERSION}")
        if way == "delete list":
            call(f"{url}{LISTS}/{alias}{VERSION}", "DELETE")
        elif way == "name":
            body["properties"]["displayName"] = "edited"
            call(f"{url}{LISTS}/{alias}{VERSION}", "PUT", body)
        else:
            row = {"properties": {"itemsKeyValue": rows_of(chance, 1)[0]}}
            item = search_id(chance.getrandbits(30))
            call(f"{url}{LISTS}/{alias}/watchlistItems/{item}{VERSION}", "PUT", row)
            if way == "seed":
                seeds[alias] = every_row(url, alias)
        return way
    return "nothing"


@dataclass
class Tally:
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


class Schedule:
    """One schedule under way: a world, a workspace, and what may be said of them."""

    def __init__(self, index: int, seed: int, context: Any, folder: Path) -> None:
        self.name = f"schedule {index}"
        self.chance = random.Random(f"{seed}:{index}")
        self.tally = Tally()
        self.seeds: dict[str, Rows] = {}
        self.db, self.folder, self.context = folder / "emulator.db", folder, context
        root = folder / "content"
        root.mkdir()
        lists = {f"List{n}": Listing(f"List{n}", n % 2 == 1, []) for n in range(5)}
        for one in lists.values():
            one.rows = rows_of(self.chance, 3)
        self.world = World(root, lists=lists)
        self.world.write()
        self.foreign = self._with_foreign()

    def _with_foreign(self) -> list[Any]:
        """Make what is somebody else's, and return it."""
        head = {"displayName": "Theirs", "provider": "x", "itemsSearchKey": "User"}
        rule = {"kind": "Scheduled", "properties": Rule(999).properties()}
        query = {"category": "Hunting Queries", "displayName": "x", "query": "y"}
        with emulator(self.db) as url:
            body = {"properties": {**head, "rawContent": "User\na\n"}}
            call(f"{url}{LISTS}/{FOREIGN_LIST}{VERSION}", "PUT", body)
            search = f"{url}{SEARCHES}/theirs?api-version=2025-07-01"
            call(search, "PUT", {"properties": query})
            call(f"{url}{BASE}/{rule_id(999)}{API}", "PUT", rule)
        return foreign_in(live_of(self.db))

    def fail(self, what: str) -> None:
        self.tally.failures.append(f"{self.name}: {what}")

    def errors(self) -> str:
        return (self.folder / "errors.txt").read_text("utf-8")[-600:]

    def run(self) -> Tally:
        faults = campaign_faults.draw(self.chance)
        faults_file = self.folder / "faults.yaml"
        faults_file.write_text(yaml.safe_dump(faults), "utf-8")
        with emulator(self.db, faults_file, 17) as url:
            self.world.write_tenant(url)
            for _ in range(self.chance.randint(1, 4)):
                self.deploy("deploy", url, may_kill=True)
                if self.chance.random() < 0.6:
                    what = touch(self.db, self.world, self.chance, self.seeds)
                    self.tally.counts[f"portal: {what}"] += 1
                if self.chance.random() < 0.7:
                    self.world.edit(self.chance)
            for _ in range(MAX_RUNS):
                if self.deploy("until done", url, may_kill=False) == DONE:
                    break
            else:
                self.fail(f"never done: {self.errors()}")
            for fault in call(f"{url}/_emulator/faults")["faults"]:
                self.tally.counts["faults fired"] += fault["fired"]
        if self.tally.failures:
            self.fail(f"its faults were {json.dumps(faults)}")
        return self.tally

    def deploy(self, step: str, url: str, *, may_kill: bool) -> int:
        before = live_of(self.db)
        words = ["deploy", "--root", str(self.world.root), "--tenant", "lab", "-q", "--no-kql"]
        arguments = [*words, "--yes", "--prune", *LIMITS]
        errors = str(self.folder / "errors.txt")
        process = self.context.Process(target=command_once, args=(arguments, errors))
        process.start()
        if may_kill and self.chance.random() < 0.4:
            wait_for_a_moment(url, process, self.chance)
            process.kill()
        process.join(900)
        code = int(process.exitcode if process.exitcode is not None else -1)
        after = live_of(self.db)
        self.tally.counts[f"{step}: {'killed' if code == KILLED else f'exit {code}'}"] += 1
        if code not in {DONE, UNFINISHED, BLOCKED, KILLED}:
            self.fail(f"exit {code}: {self.errors()}")
        self._check(before, after)
        if code == DONE and (wrong := wrong_in(self.world, after, self.seeds)):
            self.fail(f"{step} exit 0, but {wrong[:3]}")
        return code

    def _check(self, before: Live, after: Live) -> None:
        """Check what holds after every command, however it ended."""
        if foreign_in(after) != self.foreign:
            self.fail("something foreign was touched")
        for alias, (_, rows) in after.lists.items():
            if len({str(row) for row in rows}) != len(rows):
                self.fail(f"{alias} has a row twice")
        for alias in (one.alias for one in self.world.lists.values() if one.is_seed):
            if alias not in after.lists:
                continue
            rows = after.lists[alias][1]
            if alias not in before.lists:
                self.seeds[alias] = rows
            elif before.lists[alias][1] != rows:
                self.fail(f"the rows of seed {alias} changed")


def foreign_in(live: Live) -> list[Any]:
    return [
        live.lists.get(FOREIGN_LIST),
        live.searches.get("theirs"),
        live.rules.get(rule_id(999)),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--schedules", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="number of the first schedule")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["generator.cli.execution", "generator.deploy.apply"])
    folder = Path(tempfile.mkdtemp(prefix="kinds-campaign-"))
    total = Tally()
    began = time.monotonic()

    def one(index: int) -> Tally:
        place = folder / str(index)
        place.mkdir()
        try:
            return Schedule(index, options.seed, context, place).run()
        finally:
            shutil.rmtree(place, ignore_errors=True)

    try:
        with ThreadPoolExecutor(options.jobs) as pool:
            indexes = range(options.first, options.first + options.schedules)
            for done, tally in enumerate(pool.map(one, indexes), 1):
                total.counts.update(tally.counts)
                total.failures += tally.failures
                if done % 25 == 0:
                    print(f"{done} schedules", file=sys.stderr)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{'count':>8}  what")
    for name, count in sorted(total.counts.items()):
        print(f"{count:8}  {name}")
    print(f"{time.monotonic() - began:8.0f}  seconds")
    print(
        f"{sum('its faults were' in text for text in total.failures):8}  schedules with violations"
    )
    for failure in total.failures:
        print(f"FAILED: {failure}")
    return 1 if total.failures else 0


if __name__ == "__main__":
    sys.exit(main())
