"""Deployments under faults, by the hundred: does every one end with live = desired, and say so?

Each schedule fills a workspace at random (missing, edited, disabled, retired and foreign rules),
breaks the service in one to three ways, kills the deployment now and then, and deploys again until
it says that it is done. Everything follows from the seed, but for the moment of a kill.

    python benchmarks/fault_campaign.py --schedules 300 --seed 1
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from generator.emulator.launch import EmulatorOptions, launch

RULES = 60
RETIRED = 5
FOREIGN = 20
MAX_RUNS = 25
SUBSCRIPTION = "00000000-0000-0000-0000-000000000002"
BASE = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-lab/providers/Microsoft.OperationalInsights"
    "/workspaces/law-lab/providers/Microsoft.SecurityInsights/alertRules"
)
API = "?api-version=2025-10-01-preview"


@dataclass
class Tally:
    """What one schedule or all of them came to."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.counts.update(other.counts)
        self.failures += other.failures


def rule_id(number: int) -> str:
    return f"cccccccc-0000-4000-8000-{number:012d}"


def detection(number: int) -> dict[str, Any]:
    return {
        "id": rule_id(number),
        "name": f"Campaign rule {number}",
        "description": f"Finds things, number {number}",
        "severity": "Medium",
        "requiredDataConnectors": [],
        "kind": "Scheduled",
        "queryFrequency": "1h",
        "queryPeriod": "2h",
        "triggerOperator": "gt",
        "triggerThreshold": 0,
        "tactics": ["Persistence"],
        "relevantTechniques": ["T1098"],
        "query": f"SigninLogs\n| where ResultType == '{number}'\n",
        "version": "1.0.0",
    }


def properties(number: int) -> dict[str, Any]:
    """What the service has to hold of a detection, written down independently of the generator."""
    return {
        "displayName": f"Campaign rule {number}",
        "description": f"Finds things, number {number}",
        "severity": "Medium",
        "enabled": True,
        "query": f"SigninLogs\n| where ResultType == '{number}'\n",
        "queryFrequency": "PT1H",
        "queryPeriod": "PT2H",
        "triggerOperator": "GreaterThan",
        "triggerThreshold": 0,
        "suppressionDuration": "PT5H",
        "suppressionEnabled": False,
        "tactics": ["Persistence"],
        "techniques": ["T1098"],
    }


def write_content(root: Path) -> None:
    area = root / "detections" / "area"
    area.mkdir(parents=True)
    (root / "tenants").mkdir()
    (root / "sentinelgen.yaml").write_text("", "utf-8")
    for number in range(RULES):
        text = yaml.safe_dump(detection(number), sort_keys=False)
        (area / f"rule-{number:03d}.yaml").write_text(text, "utf-8")
    retired = [
        {
            "id": rule_id(RULES + number),
            "path": f"detections/area/old-{number}.yaml",
            "name": f"Old {number}",
            "retired": "2026-01-31",
            "reason": "replaced",
        }
        for number in range(RETIRED)
    ]
    (root / "detections" / "retired.yaml").write_text(yaml.safe_dump(retired), "utf-8")


def write_tenant(root: Path, url: str) -> None:
    target = {
        "tenantId": SUBSCRIPTION,
        "subscriptionId": SUBSCRIPTION,
        "resourceGroup": "rg-lab",
        "workspace": "law-lab",
        "cloud": url,
    }
    (root / "tenants" / "lab.yaml").write_text(yaml.safe_dump({"target": target}), "utf-8")


@contextlib.contextmanager
def emulator(db: Path, faults: Path | None = None) -> Iterator[str]:
    server = launch(EmulatorOptions(db=db, foreign=FOREIGN, faults=faults))
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


def live_rules(db: Path) -> dict[str, dict[str, Any]]:
    """Return the rules as they are, through an emulator without faults."""
    with emulator(db) as url:
        found = call(f"{url}{BASE}{API}")
        if found.get("nextLink"):
            raise RuntimeError("the workspace has more than one page")
    return {rule["name"]: rule for rule in found["value"]}


def fill(db: Path, chance: random.Random) -> frozenset[int]:
    """Make the workspace that the schedule begins with; return the rules that are switched off."""
    off: set[int] = set()
    with emulator(db) as url:
        for number in range(RULES + RETIRED):
            state = chance.choice(["missing", "current", "edited", "disabled"])
            if state == "missing":
                continue
            body = properties(number)
            if state == "edited":
                body |= {"severity": "Low", "query": "SigninLogs | take 1"}
            elif state == "disabled":
                body["enabled"] = False
                off.add(number)
            call(
                f"{url}{BASE}/{rule_id(number)}{API}",
                "PUT",
                {"kind": "Scheduled", "properties": body},
            )
    return frozenset(off)


def faults_of(chance: random.Random) -> list[dict[str, Any]]:
    """Draw one to three ways in which the service breaks."""
    on = chance.choice(["PUT *", "* *", "PUT *"])
    ways: list[dict[str, Any]] = [
        {"on": on, "times": chance.randint(1, 4), "status": 429},
        {"on": on, "times": chance.randint(1, 12), "status": chance.choice([500, 502, 503])},
        {"on": on, "share": chance.uniform(0.02, 0.15), "status": 500},
        {"on": on, "times": chance.randint(1, 8), "drop": "before"},
        {"on": on, "times": chance.randint(1, 8), "drop": "after"},
        {"on": "PUT *", "share": chance.uniform(0.05, 0.25), "drop": "after"},
        {"on": "DELETE *", "times": chance.randint(1, 2), "drop": "after"},
        {"on": "GET *", "share": chance.uniform(0.2, 0.7), "staleList": True},
        {"on": on, "share": chance.uniform(0.1, 0.4), "latencyMs": chance.randint(5, 60)},
    ]
    return chance.sample(ways, chance.randint(1, 3))


def deploy_once(root: str, report: str) -> None:
    """Run `sentinelgen deploy` in this process and leave its exit code."""
    from generator.cli.main import main  # noqa: PLC0415 - in the process that may be killed
    from generator.deploy import pipeline, verify  # noqa: PLC0415

    # The pauses between attempts are shortened, so that hundreds of schedules take minutes; how
    # often and in which order things are tried stays as it is.
    pipeline.BACKOFF_FACTOR = 0.01
    pipeline.LONGEST_BACKOFF = 0.1
    verify.PAUSES = (0.02, 0.05, 0.1, 0.2)
    arguments = ["deploy", "--root", root, "--tenant", "lab", "--prune", "--yes", "--no-kql", "-q"]
    limits = ["--max-deletes", "100", "--max-change-percent", "100", "--report", report]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        code = main(arguments + limits)
    sys.exit(code)


def is_as_desired(live: dict[str, dict[str, Any]], off: frozenset[int]) -> list[str]:
    """Return what of the workspace is not as the content wants it."""
    wrong = []
    for number in range(RULES):
        rule = live.get(rule_id(number))
        if rule is None:
            wrong.append(f"rule {number} is missing")
            continue
        wrong += [
            f"rule {number}: {name} is {rule['properties'].get(name)!r}"
            for name, value in (properties(number) | {"enabled": number not in off}).items()
            if rule["properties"].get(name) != value
        ]
    for number in range(RULES, RULES + RETIRED):
        if rule_id(number) in live:
            wrong.append(f"retired rule {number} is live")
    names = Counter(rule["properties"]["displayName"] for rule in live.values())
    wrong += [f"{name!r} is there {count} times" for name, count in names.items() if count > 1]
    return wrong


def foreign_of(live: dict[str, dict[str, Any]]) -> str:
    ours = {rule_id(number) for number in range(RULES + RETIRED)}
    return json.dumps([rule for name, rule in sorted(live.items()) if name not in ours])


def run_schedule(index: int, seed: int, context: Any, folder: Path) -> Tally:
    chance = random.Random(f"{seed}:{index}")
    tally = Tally()
    root, db = folder / "content", folder / "rules.db"
    write_content(root)
    off = fill(db, chance)
    foreign = foreign_of(live_rules(db))
    faults = faults_of(chance)
    faults_file = folder / "faults.yaml"
    faults_file.write_text(yaml.safe_dump(faults), "utf-8")
    with emulator(db, faults_file) as url:
        write_tenant(root, url)
        run_until_done(Schedule(index, root, db, url, foreign, off, chance), context, tally)
        for fault in call(f"{url}/_emulator/faults")["faults"]:
            tally.counts[f"fired: {kind_of(fault['effect'])}"] += fault["fired"]
        lost = call(f"{url}/_emulator/requests")["requests"].get("answers lost after a commit", 0)
        tally.counts["answers lost after a commit"] += lost
    tally.counts["schedules"] += 1
    return tally


@dataclass(frozen=True)
class Schedule:
    """One schedule under way: `foreign` is what the rules that are not ours have to stay.

    `off` are the rules that somebody has switched off, and that have to stay so.
    """

    index: int
    root: Path
    db: Path
    url: str
    foreign: str
    off: frozenset[int]
    chance: random.Random


def run_until_done(schedule: Schedule, context: Any, tally: Tally) -> None:
    """Deploy until it says that it is done; what it says is compared with what is."""
    kills = schedule.chance.choice([0, 0, 1, 2])
    name = f"schedule {schedule.index}"
    for run in range(MAX_RUNS):
        before = snapshots_of(schedule.root)
        code = attempt(schedule, context, kill=run < kills)
        live = live_rules(schedule.db)
        wrong = is_as_desired(live, schedule.off)
        tally.counts["runs"] += 1
        tally.counts[f"exit {code}"] += 1
        if code == -9 and snapshots_of(schedule.root) > before and wrong:
            tally.counts["kills between snapshot and last write"] += 1
        if foreign_of(live) != schedule.foreign:
            tally.failures.append(f"{name}: a foreign rule was touched")
        if code == 0 and wrong:
            tally.failures.append(f"{name}: exit 0, but {wrong[:3]}")
        if code not in {0, 3, -9}:
            tally.failures.append(f"{name}: exit {code}")
        if code == 0:
            return
        if not wrong and code == 3:
            tally.counts["exit 3 although all was live (not verified)"] += 1
    tally.failures.append(f"{name}: not done after {MAX_RUNS} runs")


def attempt(schedule: Schedule, context: Any, *, kill: bool) -> int:
    """Deploy once and return the exit code; -9 for a kill."""
    report = str(schedule.root / "report.json")
    process = context.Process(target=deploy_once, args=(str(schedule.root), report))
    process.start()
    if kill:
        wait_for_a_moment(schedule.url, process, schedule.chance)
        process.kill()
    process.join(900)
    if process.exitcode is None:
        process.kill()
        raise RuntimeError("a deployment took more than 900 s")
    return int(process.exitcode)


def snapshots_of(root: Path) -> int:
    return len(list(root.glob(".sentinelgen/snapshots/lab-*.json")))


def kind_of(effect: str) -> str:
    """Return a fault's kind as the table groups it: delays are one kind, whatever they last."""
    return "latencyMs" if effect.startswith("latencyMs") else effect


def wait_for_a_moment(url: str, process: Any, chance: random.Random) -> None:
    """Wait until some of the writes have arrived, or a random time has passed."""
    after = chance.choice([1000, 1, 2, 4, 8, 16])
    deadline = time.monotonic() + chance.uniform(0.2, 3)
    begun = writes_at(url)
    while process.is_alive() and time.monotonic() < deadline:
        if writes_at(url) >= begun + after:
            return
        time.sleep(0.002)


def writes_at(url: str) -> int:
    requests = call(f"{url}/_emulator/requests")["requests"]
    return sum(n for name, n in requests.items() if name.startswith(("PUT", "DELETE")))


def print_table(tally: Tally, seconds: float) -> None:
    print(f"{'count':>8}  what")
    for name, count in sorted(tally.counts.items()):
        print(f"{count:8}  {name}")
    print(f"{seconds:8.0f}  seconds")
    for failure in tally.failures:
        print(f"FAILED: {failure}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--schedules", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["generator.cli.deploying", "generator.deploy.apply"])
    total = Tally()
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="campaign-"))

    def one(index: int) -> Tally:
        place = folder / str(index)
        place.mkdir()
        try:
            return run_schedule(index, options.seed, context, place)
        finally:
            shutil.rmtree(place, ignore_errors=True)

    try:
        with ThreadPoolExecutor(options.jobs) as pool:
            for done, tally in enumerate(pool.map(one, range(options.schedules)), 1):
                total.add(tally)
                if done % 25 == 0:
                    print(f"{done} schedules, {len(total.failures)} failures", file=sys.stderr)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print_table(total, time.monotonic() - began)
    return 1 if total.failures else 0


if __name__ == "__main__":
    sys.exit(main())
