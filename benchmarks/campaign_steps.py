"""Steps of the fault campaign: deployments, rollbacks and edits, each with what it must leave."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import campaign_faults
from campaign_commands import (
    BLOCKED,
    DONE,
    LIMITS,
    MAX_RUNS,
    OURS,
    UNFINISHED,
    Ended,
    Schedule,
    check_as_desired,
    deploy_arguments,
    end_of,
    errors_of,
    foreign_of,
    run,
    start,
)
from campaign_world import differences, live_rules, rule_id

from generator.deploy.workspace import CONTRADICTED


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
    plan = ["plan", "--no-kql", "--prune", *recreate, "--out", str(file)]
    planned = run(schedule, "plan", *plan, may_block=True)
    if planned.code == BLOCKED:
        check_blocked(schedule, file)
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


def check_blocked(schedule: Schedule, file: Path) -> None:
    """Nothing but an answer of the workspace that contradicts itself stands in a plan's way."""
    actions = json.loads(file.read_text("utf-8"))["actions"]
    for action in actions:
        if action["action"] == "blocked" and action["reason"] != CONTRADICTED:
            schedule.fail(f"plan: {action['id']} is blocked: {action['reason']}")
    schedule.count("plan: blocked by a contradiction")


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
