"""Carrying out a whole plan: several rules at a time, each one's failure its own.

What is running is always finished; what has not begun when the user stops, or when the service is
evidently down, is reported as not attempted. All times are seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import zip_longest

from generator.azure.errors import printable
from generator.azure.redaction import SECRETS
from generator.deploy.dependencies import waits_of
from generator.deploy.kind_run import Ending, KindRun
from generator.deploy.order import order_of
from generator.deploy.plan import Action, ActionKind, Plan
from generator.deploy.results import Deployment, Outcome, Result
from generator.deploy.verify import Verified, verify
from generator.deploy.workspace import LiveRule
from generator.deploy.write_rule import DEPLOYMENT, Writing
from generator.kinds import KINDS
from generator.kinds.kind import Key, LiveApi

MAX_CONCURRENCY = 8
"""Writes under way at once: parallel writes have given flaky results beyond a few
(terraform-provider-azurerm issue 21231)."""

OnResult = Callable[[Result], None]


@dataclass(frozen=True, slots=True)
class Execution:
    """How a plan is carried out.

    `nothing_else`: no other resource of ours may be left, as pruning asks for. `on_result` is
    called in the caller's thread.
    """

    concurrency: int = MAX_CONCURRENCY
    nothing_else: bool = False
    writing: Writing = DEPLOYMENT
    on_result: OnResult = lambda _result: None


@dataclass(frozen=True, slots=True)
class Site:
    """One kind of content in a workspace, on which a part of a plan is carried out.

    `bases` are the live resources that it was made on and `owned` what is ours, both by lower-case
    id. `room_first`: what makes room under the limits has to go before what needs it.
    """

    live: LiveApi
    bases: Mapping[str, LiveRule]
    owned: frozenset[str]
    room_first: bool = False


def apply_plan(
    sites: Mapping[str, Site],
    plan: Plan,
    execution: Execution,
    refused: Sequence[Result] = (),
) -> Deployment:
    """Carry out a plan and return a result for each of its actions.

    `sites` are by kind of content. Kinds are written side by side, but what a query names before
    the query. What goes last is deleted kind after kind, the last one of `sites` first. `refused`
    are results for actions that are known to be stale. Where the `stop` of a site is set it ends
    early, with results all the same.
    """
    settled = {result.action.key: result for result in refused}
    for action in plan.actions:
        if action.key not in settled and not action.writes:
            settled[action.key] = without_write(action)
    ending = Ending()
    concurrency = max(1, min(execution.concurrency, MAX_CONCURRENCY))
    runs = _runs_of(sites, plan, execution.writing, settled, ending)

    def tell(result: Result) -> None:
        ending.count(result)
        execution.on_result(result)

    def check(run: KindRun) -> Verified:
        return verify(
            run.live,
            [settled.get(a.key) or run.results[a.key] for a in run.actions],
            execution.writing,
            owned=sites[run.live.kind].owned,
            concurrency=concurrency,
        )

    checks: list[Future[Verified]] = []
    with (
        ThreadPoolExecutor(concurrency, thread_name_prefix="write") as pool,
        ThreadPoolExecutor(1, thread_name_prefix="check") as reader,
    ):

        def finish(run: KindRun) -> None:
            # What one kind has come to is read back while others are still being written.
            if ending.reason is None:
                checks.append(reader.submit(check, run))

        _carry_out(runs, pool, tell, finish)
        for run in reversed(runs):
            if run.delete():
                _carry_out([run], pool, tell, finish)
    settled |= {result.action.key: result for run in runs for result in run.results.values()}
    unseen: list[str] = []
    for verified in (future.result() for future in checks):
        settled |= {result.action.key: result for result in verified.results}
        unseen += verified.unseen
    if unseen and execution.nothing_else:
        ids = ", ".join(unseen)
        ending.end(f"rules are live that the plan did not see, run again: {ids}")
    if any(run.live.stop.is_set() for run in runs):
        ending.end("stopped by the user while it was read back")
    return Deployment(tuple(settled[action.key] for action in plan.actions), ending.reason)


def _runs_of(
    sites: Mapping[str, Site],
    plan: Plan,
    writing: Writing,
    settled: Mapping[Key, Result],
    ending: Ending,
) -> list[KindRun]:
    waits = waits_of([action for action in plan.actions if action.key not in settled])
    runs: list[KindRun] = []
    for kind, site in sites.items():
        actions = [action for action in plan.actions if action.content_kind == kind]
        waiting = [action for action in actions if action.key not in settled]
        order = order_of(
            waiting,
            actions,
            site.bases,
            room_first=site.room_first,
            unique_names=KINDS[kind].unique_names,
        )
        run = KindRun(
            site.live,
            site.bases,
            actions,
            order,
            waits=waits,
            writing=writing,
            ending=ending,
        )
        run.take_note(settled[a.key] for a in actions if a.key in settled)
        runs.append(run)
    return runs


def without_write(action: Action) -> Result:
    """Return the result of an action that asks for nothing to be done."""
    if action.action is ActionKind.BLOCKED:
        return Result(action, Outcome.REFUSED, f"blocked: {action.reason}")
    return Result(action, Outcome.UNCHANGED)


def _carry_out(
    runs: Sequence[KindRun],
    pool: Executor,
    tell: OnResult,
    finish: Callable[[KindRun], None],
) -> None:
    """Carry out what the runs have to do, side by side. Tells each result, and who has finished."""
    under_way: dict[Future[Result], tuple[KindRun, Action]] = {}
    unwritten = {action.key for run in runs for action in run.to_do}
    left = list(runs)
    while left:
        # In turns: some kinds take long for each of theirs, and should not hold all workers.
        begun = ([(run, action) for action in run.begin(unwritten)] for run in left)
        for turn in zip_longest(*begun):
            for run, action in filter(None, turn):
                under_way[pool.submit(run.one, action)] = run, action
        for run in [run for run in left if run.is_finished]:
            left.remove(run)
            if not run.deletions:
                finish(run)
        done, _ = wait(under_way, timeout=0.5, return_when=FIRST_COMPLETED)
        for future in done:
            run, action = under_way.pop(future)
            result = _result(future, action)
            run.ended(result)
            unwritten.discard(action.key)
            tell(result)


def _result(future: Future[Result], action: Action) -> Result:
    """Return what a worker returned; what it raised is the failure of its rule alone.

    Everything that an answer can do is a ServiceError. What else comes is a defect of ours or of a
    library, and whether the rule was written is then unknown.
    """
    error = future.exception()
    if error is None:
        return future.result()
    if not isinstance(error, Exception):
        raise error
    message = (
        f"internal error: {type(error).__name__}: {printable(SECRETS.redact(str(error)), 200)}"
    )
    return Result(action, Outcome.FAILED, message, answer_lost=True)
