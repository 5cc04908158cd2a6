"""A command of the fault campaign: run or killed in a process of its own, and checked at its end.

What holds of every command is checked here; what a step wants of it, in `campaign_steps`.
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from campaign_world import (
    Content,
    Live,
    Portal,
    call,
    differences,
    live_rules,
    rule_id,
    switched_off,
)

MAX_RUNS = 25
OURS = "cccccccc-"
KILLED = -9
DONE, BLOCKED, UNFINISHED = 0, 1, 3
LIMITS = ("--max-deletes", "100", "--max-change-percent", "100")


@dataclass
class Tally:
    """What one schedule or all of them came to."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.counts.update(other.counts)
        self.failures += other.failures


def command_once(arguments: list[str], errors: str) -> None:
    """Run `sentinelgen` in this process and leave its exit code."""
    from generator.azure import pipeline, transport  # noqa: PLC0415
    from generator.cli.main import main  # noqa: PLC0415 - in the process that may be killed
    from generator.deploy import kind_run, reading, verify  # noqa: PLC0415
    from generator.kinds.watchlist import live as watchlists  # noqa: PLC0415

    # The pauses between attempts are shortened, so that hundreds of schedules take minutes; how
    # often and in which order things are tried stays as it is.
    pipeline.BACKOFF_FACTOR = 0.01
    pipeline.LONGEST_BACKOFF = 0.1
    reading.UNSHOWN_PAUSES = (0.02, 0.05, 0.1)
    verify.PAUSES = (0.02, 0.05, 0.1, 0.2)
    kind_run.SETTLING_PAUSES = (0.02, 0.05)
    watchlists.WAITS = (0.02, 0.05, 0.1, 0.2)
    transport.READ_TIMEOUT = 0.6
    with (
        Path(errors).open("w", encoding="utf-8") as stream,
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(stream),
    ):
        code = main(arguments)
    sys.exit(code)


@dataclass
class Schedule:
    """One schedule under way.

    `foreign` is what the rules that are not ours have to stay. `unsettled` are rules that the
    portal has touched and that a late list may not show yet: nothing can be said of them.
    """

    name: str
    content: Content
    db: Path
    url: str
    chance: random.Random
    context: Any
    faults: list[dict[str, Any]]
    portal: Portal
    foreign: str = ""
    unsettled: set[str] = field(default_factory=set)
    kills_left: int = 0
    tally: Tally = field(default_factory=Tally)

    @property
    def root(self) -> Path:
        return self.content.root

    def count(self, what: str) -> None:
        self.tally.counts[what] += 1

    def fail(self, what: str) -> None:
        self.tally.failures.append(f"{self.name}: {what}")


@dataclass(frozen=True)
class Ended:
    """How a command ended. `off` are the rules that were switched off when it began."""

    code: int
    before: Live
    after: Live
    off: set[int]
    snapshots: int


def run(
    schedule: Schedule,
    step: str,
    *arguments: str,
    during: Callable[[], None] | None = None,
    may_block: bool = False,
) -> Ended:
    """Run a command to its end, or kill it; check what holds of every command.

    `may_block`: exit code 1 is none of its failures; the step looks at what was blocked.
    """
    before = live_rules(schedule.db)
    off = switched_off(schedule.content, before)
    report = schedule.root / "report.json"
    report.unlink(missing_ok=True)
    snapshots = snapshots_of(schedule.root)
    process = start(schedule, schedule.root, *arguments)
    killed = schedule.kills_left > 0 and schedule.chance.random() < 0.6
    if during is not None:
        during()
    elif killed:
        schedule.kills_left -= 1
        wait_for_a_moment(schedule.url, process, schedule.chance)
        process.kill()
    code = end_of(process)
    after = live_rules(schedule.db)
    schedule.count(f"{step}: exit {code}" if code != KILLED else f"{step}: killed")
    if foreign_of(after) != schedule.foreign:
        schedule.fail(f"{step}: a foreign rule was touched")
        schedule.foreign = foreign_of(after)
    if code not in {DONE, UNFINISHED, KILLED} and not (may_block and code == BLOCKED):
        schedule.fail(f"{step}: exit {code}: {errors_of(schedule.root)}")
    names = Counter(rule["properties"]["displayName"] for rule in after.values())
    for name, count in names.items():
        if count > 1:
            schedule.fail(f"{step}: {name!r} is there {count} times")
    if "--report" in arguments and code != KILLED:
        check_report(schedule, step, report, code)
    return Ended(code, before, after, off, snapshots_of(schedule.root) - snapshots)


def start(schedule: Schedule, root: Path, *arguments: str) -> Any:
    command, *rest = arguments
    words = [command, "--root", str(root), "--tenant", "lab", "-q", *rest]
    process = schedule.context.Process(target=command_once, args=(words, str(root / "errors.txt")))
    process.start()
    return process


def end_of(process: Any) -> int:
    process.join(900)
    if process.exitcode is None:
        process.kill()
        raise RuntimeError("a command took more than 900 s")
    return int(process.exitcode)


def deploy_arguments(schedule: Schedule, root: Path, *others: str) -> list[str]:
    recreate = [
        word for rule in schedule.content.rules.values() for word in ("--recreate", rule.id)
    ]
    report = ["--report", str(root / "report.json")]
    return ["deploy", "--no-kql", "--yes", *LIMITS, *report, *recreate, *others]


def check_report(schedule: Schedule, step: str, report: Path, code: int) -> None:
    """The report of a command that ended by itself is there, and says what the exit code says."""
    if not report.is_file():
        schedule.fail(f"{step}: exit {code} without a report")
        return
    document = json.loads(report.read_text("utf-8"))
    if document["exitCode"] != code:
        schedule.fail(f"{step}: exit {code}, but the report says {document['exitCode']}")
    good = {"done", "unchanged"}
    if code == DONE and not all(result["outcome"] in good for result in document["results"]):
        schedule.fail(f"{step}: exit 0, but the report has other outcomes")


def check_as_desired(
    schedule: Schedule, step: str, ended: Ended, only: set[str] | None = None
) -> bool:
    """Compare an exit code of a deployment with what is live; tell whether all is as desired."""
    wrong = wrong_with(schedule, ended, only)
    if ended.code == DONE and wrong:
        schedule.fail(f"{step}: exit 0, but {wrong[:3]}")
    if ended.code == UNFINISHED and not wrong:
        schedule.count("exit 3 although all was live (not verified)")
    if ended.code == KILLED and ended.snapshots and wrong:
        schedule.count("kills between snapshot and last write")
    return not wrong


def wrong_with(schedule: Schedule, ended: Ended, only: set[str] | None = None) -> list[str]:
    """Return what of our rules is not as the content wants it."""
    wrong = []
    for rule in schedule.content.rules.values():
        if rule.id in schedule.unsettled or (only is not None and rule.id not in only):
            continue
        found = differences(rule, ended.after.get(rule.id))
        if rule.number in ended.off and found == ["enabled is False"]:
            continue
        if rule.number in ended.off and not found:
            found = ["switched on, though somebody had switched it off"]
        wrong += [f"rule {rule.number}: {what}" for what in found]
    if only is None:
        wrong += [
            f"retired rule {number} is live"
            for number in sorted(schedule.content.retired)
            if rule_id(number) in ended.after and rule_id(number) not in schedule.unsettled
        ]
    return wrong


def foreign_of(live: Live) -> str:
    return json.dumps([rule for name, rule in sorted(live.items()) if not name.startswith(OURS)])


def snapshots_of(root: Path) -> int:
    return len(list(root.glob(".sentinelgen/snapshots/lab-*.json")))


def errors_of(root: Path) -> str:
    with contextlib.suppress(FileNotFoundError):
        return (root / "errors.txt").read_text("utf-8")[-600:]
    return ""


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
