"""Deployments under faults, by the hundred: does each end with what was wanted, and say so?

Each schedule fills a workspace at random (missing, edited, disabled, retired and foreign rules),
breaks the service in one to four ways and takes a few steps: deployments of edited content with
--prune, of PATHS, of a plan file, by two machines at once, rollbacks, and edits in the portal
between and during them. Commands are killed now and then. At the end it deploys until that says it
is done. Whatever a command says is compared with what is. Everything follows from the seed, but for
moments in time.

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
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import campaign_faults
import yaml
from campaign_world import (
    PAGE_SIZE,
    Content,
    Live,
    Portal,
    call,
    differences,
    emulator,
    fill,
    live_rules,
    rule_id,
    switched_off,
)

MAX_RUNS = 25
OURS = "cccccccc-"
KILLED = -9
DONE, UNFINISHED = 0, 3
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
    from generator.cli.main import main  # noqa: PLC0415 - in the process that may be killed
    from generator.deploy import pipeline, reading, transport, verify  # noqa: PLC0415

    # The pauses between attempts are shortened, so that hundreds of schedules take minutes; how
    # often and in which order things are tried stays as it is.
    pipeline.BACKOFF_FACTOR = 0.01
    pipeline.LONGEST_BACKOFF = 0.1
    reading.UNSHOWN_PAUSES = (0.02, 0.05, 0.1)
    verify.PAUSES = (0.02, 0.05, 0.1, 0.2)
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


# Commands


def run(
    schedule: Schedule, step: str, *arguments: str, during: Callable[[], None] | None = None
) -> Ended:
    """Run a command to its end, or kill it; check what holds of every command."""
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
    if code not in {DONE, UNFINISHED, KILLED}:
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
    """The report of a command that ended by itself is there, and says what the exit code says.

    A command that could not even read the workspace has none, until reports are written always.
    """
    try:
        document = json.loads(report.read_text("utf-8"))
    except FileNotFoundError:
        schedule.count("no report")
        if code == DONE:
            schedule.fail(f"{step}: exit 0 without a report")
        return
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


# Steps


def deploy_edited(schedule: Schedule) -> None:
    schedule.content.edit(schedule.chance)
    ended = run(schedule, "deploy", *deploy_arguments(schedule, schedule.root, "--prune"))
    check_as_desired(schedule, "deploy", ended)


def deploy_paths(schedule: Schedule) -> None:
    """Deploy some detections: no other rule may be touched, ours or not."""
    schedule.content.edit(schedule.chance)
    rules = schedule.chance.sample(sorted(schedule.content.rules), schedule.chance.randint(1, 5))
    some = [schedule.content.rules[number] for number in rules]
    arguments = deploy_arguments(schedule, schedule.root)
    recreated = {rule.id for rule in some}
    arguments = without_recreations(arguments, recreated)
    ended = run(schedule, "PATHS", *arguments, *(rule.path for rule in some))
    check_as_desired(schedule, "PATHS", ended, only=recreated)
    others = {name for name in {*ended.before, *ended.after} if name not in recreated}
    if touched := [n for n in others if ended.before.get(n) != ended.after.get(n)]:
        schedule.fail(f"PATHS: touched {sorted(touched)[:3]}, which were not asked for")


def without_recreations(arguments: list[str], kept: set[str]) -> list[str]:
    result: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--recreate":
            rule = next(words)
            result += [word, rule] if rule in kept else []
        else:
            result.append(word)
    return result


def deploy_plan_file(schedule: Schedule) -> None:
    """Plan into a file, let the portal edit something or not, deploy the file.

    A rule that the portal changed after the plan was made has to stay as the portal left it.
    """
    schedule.content.edit(schedule.chance)
    file = schedule.root / "plan.json"
    file.unlink(missing_ok=True)
    recreate = [
        word for rule in schedule.content.rules.values() for word in ("--recreate", rule.id)
    ]
    planned = run(schedule, "plan", "plan", "--no-kql", "--prune", *recreate, "--out", str(file))
    if planned.code != DONE:
        return
    edited = portal_edits(schedule) if schedule.chance.random() < 0.6 else set()
    at_the_portal = live_rules(schedule.db)
    report = ["--report", str(schedule.root / "report.json")]
    ended = run(
        schedule,
        "plan file",
        *("deploy", "--no-kql", "--yes", *LIMITS, *report, "--plan", str(file)),
    )
    check_as_desired(schedule, "plan file", ended)
    for rule in edited:
        left, now = at_the_portal.get(rule), ended.after.get(rule)
        is_wanted = any(
            wanted.id == rule and not differences(wanted, now)
            for wanted in schedule.content.rules.values()
        )
        if left is not None and now != left and not is_same(left, planned.after.get(rule)):
            schedule.fail(f"plan file: overwrote what the portal had done to {rule} ({is_wanted})")
    settle(schedule)


def is_same(one: dict[str, Any] | None, other: dict[str, Any] | None) -> bool:
    """Tell whether two rules say the same, whenever they were written."""
    return bool(bodies(one) == bodies(other))


def bodies(rule: dict[str, Any] | None) -> Any:
    if rule is None:
        return None
    kept = {k: v for k, v in rule["properties"].items() if k != "lastModifiedUtc" and v is not None}
    return {"kind": rule["kind"], "properties": kept}


def deploy_from_two_machines(schedule: Schedule) -> None:
    """Deploy the same content from two checkouts at once."""
    schedule.content.edit(schedule.chance)
    other = schedule.root.parent / "other"
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(schedule.root, other)
    second: list[Any] = []

    def begin() -> None:
        time.sleep(schedule.chance.uniform(0, 0.4))
        second.append(start(schedule, other, *deploy_arguments(schedule, other, "--prune")))
        second[0].join(900)

    ended = run(
        schedule,
        "two deployers",
        *deploy_arguments(schedule, schedule.root, "--prune"),
        during=begin,
    )
    code = end_of(second[0])
    schedule.count(f"two deployers: exit {code}")
    if code not in {DONE, UNFINISHED}:
        schedule.fail(f"two deployers: exit {code}: {errors_of(other)}")
    check_as_desired(schedule, "two deployers", ended)
    check_as_desired(
        schedule, "two deployers", Ended(code, ended.before, ended.after, ended.off, 0)
    )
    settle(schedule)


def deploy_and_roll_back_at_once(schedule: Schedule) -> None:
    """A list that lags shows the state before the deployment, which is what is wanted back."""
    deploy_edited(schedule)
    roll_back(schedule, newest=True)


def roll_back(schedule: Schedule, *, newest: bool = False) -> None:
    """Put a snapshot back until that says it is done; what it says is compared with the file."""
    files = sorted(schedule.root.glob(".sentinelgen/snapshots/lab-*.json"))
    if not files or campaign_faults.hides_writes_for_good(schedule.faults):
        return
    file = files[-1] if newest else schedule.chance.choice(files)
    kept = {rule["name"]: rule for rule in json.loads(file.read_text("utf-8"))["rules"]}
    owned = schedule.content.owned()
    recreate = [word for name in kept for word in ("--recreate", name) if name in owned]
    report = ["--report", str(schedule.root / "report.json")]
    prune: tuple[str, ...] = ()
    for _ in range(MAX_RUNS):
        ended = run(
            schedule,
            "rollback",
            "rollback",
            str(file),
            "--yes",
            *LIMITS,
            *report,
            *recreate,
            *prune,
        )
        if ended.code == DONE:
            wrong = [
                name
                for name, rule in kept.items()
                if not is_same(rule, ended.after.get(name)) and name not in schedule.unsettled
            ]
            if wrong:
                schedule.fail(f"rollback: exit 0, but {sorted(wrong)[:3]} are not as in the file")
            lost = set(ended.before) - set(ended.after)
            if prune:
                lost &= set(kept)
            if lost:
                schedule.fail(f"rollback: it deleted {sorted(lost)[:3]}")
            return
        if ended.code == UNFINISHED and is_blocked_by_a_name(schedule.root / "report.json"):
            # A rule that was made since has a name that the snapshot gives to another one.
            schedule.count("rollback: pruned for a name")
            prune = ("--prune",)
    schedule.fail(f"rollback: not done after {MAX_RUNS} runs: {errors_of(schedule.root)}")


def is_blocked_by_a_name(report: Path) -> bool:
    return report.is_file() and "which keeps it here" in report.read_text("utf-8")


def edit_in_the_portal(schedule: Schedule) -> None:
    portal_edits(schedule)
    if schedule.chance.random() < 0.5:
        edit_foreign_rule(schedule)
    settle(schedule)


def deploy_during_portal_edits(schedule: Schedule) -> None:
    """Deploy while somebody edits rules: nothing can be said of those, everything of the others."""
    schedule.content.edit(schedule.chance)

    def edit() -> None:
        for _ in range(schedule.chance.randint(1, 6)):
            time.sleep(schedule.chance.uniform(0, 0.3))
            portal_edits(schedule)

    ended = run(
        schedule,
        "deploy during edits",
        *deploy_arguments(schedule, schedule.root, "--prune"),
        during=edit,
    )
    check_as_desired(schedule, "deploy during edits", ended)
    settle(schedule)


STEPS = (
    deploy_edited,
    deploy_edited,
    deploy_paths,
    deploy_plan_file,
    deploy_from_two_machines,
    roll_back,
    deploy_and_roll_back_at_once,
    edit_in_the_portal,
    deploy_during_portal_edits,
)


def portal_edits(schedule: Schedule) -> set[str]:
    """Let the portal touch one to three of our rules; return which.

    It keeps away where nobody could ever see what it does.
    """
    if campaign_faults.hides_writes_for_good(schedule.faults):
        return set()
    numbers = sorted({*schedule.content.rules, *schedule.content.retired})
    rules = {rule_id(n) for n in schedule.chance.sample(numbers, schedule.chance.randint(1, 3))}
    for rule in sorted(rules):
        schedule.unsettled.add(rule)
        schedule.count(f"portal: {schedule.portal.touch(rule)}")
    return rules


def edit_foreign_rule(schedule: Schedule) -> None:
    """Let somebody edit a rule that is not ours; it has to stay so."""
    live = live_rules(schedule.db)
    name = schedule.chance.choice(
        [n for n, rule in live.items() if rule["kind"] == "Scheduled" and not n.startswith(OURS)]
    )
    schedule.portal.touch(name)
    schedule.foreign = foreign_of(live_rules(schedule.db))


def settle(schedule: Schedule) -> None:
    """Wait until every list shows what the portal has done."""
    time.sleep(campaign_faults.lag_of(schedule.faults))
    if campaign_faults.hides_the_last_write(schedule.faults):
        # A further write is what makes the last one visible; somebody else's rule will do.
        for _ in range(50):
            before = schedule.foreign
            edit_foreign_rule(schedule)
            if schedule.foreign != before:
                break
    schedule.unsettled.clear()


def deploy_until_done(schedule: Schedule) -> None:
    """Deploy until it says that it is done, and it has to be."""
    for _ in range(MAX_RUNS):
        ended = run(schedule, "deploy", *deploy_arguments(schedule, schedule.root, "--prune"))
        check_as_desired(schedule, "deploy", ended)
        if ended.code == DONE:
            return
    schedule.fail(f"not done after {MAX_RUNS} runs: {errors_of(schedule.root)}")


# Around the steps


def run_schedule(index: int, seed: int, context: Any, folder: Path) -> Tally:
    chance = random.Random(f"{seed}:{index}")
    content = Content(folder / "content")
    content.write()
    db = folder / "rules.db"
    fill(db, content, chance)
    faults = campaign_faults.draw(chance)
    faults_file = folder / "faults.yaml"
    faults_file.write_text(yaml.safe_dump(faults), "utf-8")
    with emulator(db, faults_file, PAGE_SIZE) as url:
        content.write_tenant(url)
        schedule = Schedule(
            f"schedule {index}",
            *(content, db, url, chance, context, faults),
            Portal(url, random.Random(f"{seed}:{index}:portal")),
            foreign_of(live_rules(db)),
            kills_left=chance.choice([0, 0, 1, 2]),
        )
        for step in chance.choices(STEPS, k=chance.randint(1, 4)):
            step(schedule)
        deploy_until_done(schedule)
        tally = schedule.tally
        for fault in call(f"{url}/_emulator/faults")["faults"]:
            tally.counts[f"fired: {kind_of(fault['effect'])}"] += fault["fired"]
        lost = call(f"{url}/_emulator/requests")["requests"].get("answers lost after a commit", 0)
        tally.counts["answers lost after a commit"] += lost
    tally.counts["names passed to another rule"] += content.names_passed_on
    tally.counts["schedules"] += 1
    if tally.failures:
        tally.failures.append(f"schedule {index}: its faults were {json.dumps(faults)}")
    return tally


def foreign_of(live: Live) -> str:
    return json.dumps([rule for name, rule in sorted(live.items()) if not name.startswith(OURS)])


def snapshots_of(root: Path) -> int:
    return len(list(root.glob(".sentinelgen/snapshots/lab-*.json")))


def errors_of(root: Path) -> str:
    with contextlib.suppress(FileNotFoundError):
        return (root / "errors.txt").read_text("utf-8")[-600:]
    return ""


def kind_of(effect: str) -> str:
    """Return a fault's kind as the table groups it, whatever its numbers are."""
    word, _, rest = effect.partition(" ")
    return effect if word in {"status", "drop"} or not rest else word


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
    print(
        f"{sum('its faults were' in text for text in tally.failures):8}  schedules with violations"
    )
    for failure in tally.failures:
        print(f"FAILED: {failure}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--schedules", type=int, default=300)
    parser.add_argument("--first", type=int, default=0, help="number of the first schedule")
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

    indexes = range(options.first, options.first + options.schedules)
    try:
        with ThreadPoolExecutor(options.jobs) as pool:
            for done, tally in enumerate(pool.map(one, indexes), 1):
                total.add(tally)
                for failure in tally.failures:
                    print(f"FAILED: {failure}", file=sys.stderr)
                if done % 25 == 0:
                    print(f"{done} schedules", file=sys.stderr)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print_table(total, time.monotonic() - began)
    return 1 if total.failures else 0


if __name__ == "__main__":
    sys.exit(main())
