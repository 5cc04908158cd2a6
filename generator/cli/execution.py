"""Carrying out a plan from the command line: ask, take a snapshot, show progress, report.

Everything that `deploy` and `rollback` do once they have a plan. Exit codes: 0 when every rule of
the plan is verified live, 1 when the plan goes too far, 128 and a signal's number when that stopped
it before, 3 for every other ending.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from generator.azure.client import ArmClient
from generator.cli.console import ask, is_terminal, progress_bar, say, show_rich
from generator.cli.exit_codes import AZURE, CLEAN, CONTENT, INVOCATION, STOPPED, CommandError
from generator.cli.options import Settings
from generator.cli.reporting import Report
from generator.cli.stopping import stop_signals
from generator.cli.workspace import show_plan
from generator.deploy.apply import Execution, Site, apply_plan, without_write
from generator.deploy.blast_radius import BlastRadius, excess
from generator.deploy.plan import Plan
from generator.deploy.plan_actions import DISABLED_OUTSIDE, needs_room
from generator.deploy.plan_text import title
from generator.deploy.recent_writes import begun, made, remember
from generator.deploy.results import Deployment, Outcome, Result
from generator.deploy.snapshot import snapshot_items, snapshot_path, write_snapshot
from generator.deploy.tenant_content import TenantContent
from generator.deploy.workspace import Workspaces
from generator.deploy.write_rule import DEPLOYMENT, Writing
from generator.disk.private_cache import open_private_cache
from generator.kinds import KINDS
from generator.text.safe_text import visible

_STYLES = {
    Outcome.DONE: "green",
    Outcome.UNCHANGED: "dim",
    Outcome.REFUSED: "yellow",
    Outcome.FAILED: "red",
    Outcome.NOT_ATTEMPTED: "magenta",
}
MAX_ERROR = 300
"""Characters of an error that the table shows; the report holds all of it."""

WIDE = 400
"""Columns of the table where it goes into a file or a log, in which nothing should be folded."""

AfterWriting = Callable[[Deployment], Deployment]


@dataclass(frozen=True, slots=True)
class Orders:
    """What the user said about carrying out a plan."""

    yes: bool
    limits: BlastRadius
    concurrency: int


@dataclass(frozen=True, slots=True)
class Job:
    """A plan, what it was made on, and how to carry it out.

    `after` is done when the plan is; `more_to_do` says that it changes something on its own.
    """

    plan: Plan
    workspaces: Workspaces
    content: TenantContent
    root: Path
    refused: tuple[Result, ...] = ()
    writing: Writing = DEPLOYMENT
    after: AfterWriting = lambda deployment: deployment
    more_to_do: bool = False
    prune: bool = False


def require_an_answer(*, yes: bool) -> None:
    """Raise CommandError when nobody can be asked and nobody has said yes."""
    if not yes and not sys.stdin.isatty():
        raise CommandError("without a terminal nobody can confirm: add --yes", INVOCATION)


def execute(arm: ArmClient, job: Job, orders: Orders, settings: Settings, report: Report) -> int:
    """Show a plan, have it confirmed, carry it out and report. Returns the exit code."""
    plan = job.plan
    report.planned(plan)
    if not (settings.quiet and orders.yes):
        show_plan(plan, settings, to_stderr=True)
    too_far = excess(plan, orders.limits)
    if too_far is not None:
        say(f"error: {too_far}")
        return _finish(plan, _untouched(plan, too_far), settings, report, CONTENT)
    settled = {result.action.id for result in job.refused}
    writes = sum(action.writes and action.id not in settled for action in plan.actions)
    changes_something = writes > 0 or job.more_to_do
    if changes_something and not orders.yes and not _confirmed():
        return _finish(plan, _untouched(plan, "declined"), settings, report, AZURE)
    with _interruptible(arm) as stops:
        if changes_something:
            report.snapshot = _take_snapshot(arm, job, orders, settings)
        with _remembering(job) as written, _progress(writes, settings) as on_result:

            def told(result: Result) -> None:
                report.tell(result)
                on_result(result)

            deployment = apply_plan(
                _sites(arm, job),
                plan,
                Execution(
                    concurrency=orders.concurrency,
                    nothing_else=job.prune,
                    writing=job.writing,
                    on_result=told,
                ),
                job.refused,
            )
            written.extend(deployment.results)
        deployment = job.after(deployment)
        incomplete = STOPPED + stops[0] if stops else AZURE
        code = CLEAN if deployment.is_complete else incomplete
        return _finish(plan, deployment, settings, report, code)


def _sites(arm: ArmClient, job: Job) -> dict[str, Site]:
    sites = {}
    for part in job.content.kinds:
        workspace = job.workspaces[part.kind]
        actions = tuple(a for a in job.plan.actions if a.content_kind == part.kind)
        sites[part.kind] = Site(
            KINDS[part.kind].live(arm),
            workspace.ours,
            frozenset(part.owned),
            room_first=needs_room(actions, part.limits, workspace),
        )
    return sites


@contextmanager
def _remembering(job: Job) -> Iterator[list[Result]]:
    """Remember what is written; what is in the yielded list at the end is known to have ended so.

    Before the first write everything that may be written is, so that a killed run is remembered.
    """
    cache, workspace_id = open_private_cache(job.root), job.plan.workspace_id
    now = time.time()
    under_way = begun(job.plan.actions, now)
    earlier = remember(cache, workspace_id, under_way, now)
    results: list[Result] = []
    yield results
    now = time.time()
    before = {key: earlier.get(key) for key in under_way}
    remember(cache, workspace_id, {**before, **made(results, now)}, now)


def _confirmed() -> bool:
    return ask("Deploy this plan?")


def _take_snapshot(arm: ArmClient, job: Job, orders: Orders, settings: Settings) -> Path:
    now = datetime.now(UTC)
    bodies = {
        kind: [rule.body for _, rule in sorted(workspace.ours.items())]
        for kind, workspace in job.workspaces.items()
    }
    # Playbooks die with their rule only, so those of a rule that is not touched are safe.
    touched = frozenset(action.key for action in job.plan.actions if action.writes)
    items = snapshot_items(arm, bodies, concurrency=orders.concurrency, only=touched)
    try:
        path = snapshot_path(job.root, job.plan.tenant, now)
        write_snapshot(path, job.plan.workspace_id, now, items, arm.stable_version)
    except OSError as error:
        raise CommandError(
            f"nothing was deployed: the snapshot cannot be written: {error}",
            AZURE,
        ) from error
    say(f"Snapshot: {path}", quiet=settings.quiet)
    return path


def _untouched(plan: Plan, why: str) -> Deployment:
    results = tuple(
        Result(action, Outcome.NOT_ATTEMPTED, why) if action.writes else without_write(action)
        for action in plan.actions
    )
    return Deployment(results, why)


def _finish(
    plan: Plan, deployment: Deployment, settings: Settings, report: Report, code: int
) -> int:
    report.finish(deployment, code)
    _show_results(plan, deployment, settings, changed_something=report.snapshot is not None)
    return code


def _show_results(
    plan: Plan, deployment: Deployment, settings: Settings, *, changed_something: bool
) -> None:
    from rich.table import Table  # noqa: PLC0415 - start-up time
    from rich.text import Text  # noqa: PLC0415 - start-up time

    width = None if is_terminal("stdout") else WIDE
    shown = [
        r for r in deployment.results if r.outcome is not Outcome.UNCHANGED or r.action.stays_off
    ]
    if shown:
        table = Table(box=None, pad_edge=False)
        for heading in ("rule", "action", "outcome", ""):
            table.add_column(heading, overflow="fold")
        for result in shown:
            error = result.error or _remark(result)
            table.add_row(
                Text(title(result.action)),
                result.action.action.value,
                Text(result.outcome.value, style=_STYLES[result.outcome]),
                Text(visible(error if len(error) <= MAX_ERROR else f"{error[:MAX_ERROR]}…")),
            )
        show_rich([table], no_color=settings.no_color, width=width)
    counts = [
        f"{count} {outcome.value}"
        for outcome in Outcome
        if (count := sum(result.outcome is outcome for result in deployment.results))
    ]
    ending = f" ({deployment.ended_early})" if deployment.ended_early else ""
    nothing = "" if shown or changed_something else " - nothing to do"
    totals = Text(f"{plan.tenant}: {', '.join(counts) or 'no rules'}{ending}{nothing}")
    show_rich([totals], no_color=settings.no_color, wrap=False)


def _remark(result: Result) -> str:
    if result.filled_in:
        paths = ", ".join(change.path.removeprefix("properties.") for change in result.filled_in)
        return f"the service filled in {paths}: the plan shows it until the detection says it"
    return DISABLED_OUTSIDE if result.action.stays_off else ""


@contextmanager
def _progress(total: int, settings: Settings) -> Iterator[Callable[[Result], None]]:
    if settings.quiet or not total:
        yield lambda _result: None
    elif is_terminal("stderr"):
        with progress_bar("Deploying", total, no_color=settings.no_color) as advance:
            yield lambda _result: advance()
    else:
        count = 0

        def tell(result: Result) -> None:
            nonlocal count
            count += 1
            problem = f": {result.error}" if result.error else ""
            done = f"{result.action.action.value} {title(result.action)}: {result.outcome.value}"
            say(f"[{count}/{total}] {done}{problem}")

        yield tell


@contextmanager
def _interruptible(arm: ArmClient) -> Iterator[list[int]]:
    """Let Ctrl-C, a termination such as a cancelled workflow's and a hang-up stop the arm.

    Yielded are the numbers of the signals that came. Nothing is raised, so there is no moment at
    which an interrupt could lose what is under way.
    """

    stops: list[int] = []

    def stop(number: int, _frame: object) -> None:
        stops.append(number)
        # In a thread of its own: a handler that sets an event can meet the event's own lock.
        threading.Thread(target=arm.stop.set, name="stop").start()

    numbers = (signal.SIGINT, *stop_signals())
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield stops
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
