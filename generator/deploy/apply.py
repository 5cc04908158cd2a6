"""Carrying out a whole plan: several rules at a time, each one's failure its own.

What is running is always finished; what has not begun when the user stops, or when the service is
evidently down, is reported as not attempted. All times are seconds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from generator.azure.errors import printable
from generator.azure.redaction import SECRETS
from generator.deploy.order import Order, order_of
from generator.deploy.plan import Action, ActionKind, Plan
from generator.deploy.renaming import park, unpark
from generator.deploy.results import Deployment, Outcome, Result
from generator.deploy.verify import verify
from generator.deploy.workspace import LiveRule
from generator.deploy.write_rule import DEPLOYMENT, Writing, carry_out
from generator.kinds import KINDS
from generator.kinds.kind import LiveApi

MAX_CONCURRENCY = 8
"""Writes under way at once: parallel writes have given flaky results beyond a few
(terraform-provider-azurerm issue 21231)."""

SETTLING_PAUSES = (5.0, 10.0, 20.0, 30.0)
"""Seconds before each further try of what refers to something that was written just before: what is
written is there for queries some minutes later at most (peers sleep 30 s and try again)."""

_UNRESOLVED = re.compile(r"failed to resolve|one of the tables does not exist", re.IGNORECASE)
"""What the service says of a query that names what is not there (Azure-Sentinel issues 6681,
12032)."""

DEAD_AFTER = 3
"""Rules in a row that the service did not take within its retries before the rest is left."""

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

    `sites` are by kind of content, in the order in which kinds are written; what goes last is
    deleted in the opposite order. `refused` are results for actions that are known to be stale.
    Where the `stop` of a site is set it ends early, with results all the same.
    """
    settled = {result.action.key: result for result in refused}
    for action in plan.actions:
        if action.key not in settled and not action.writes:
            settled[action.key] = without_write(action)
    ending = _Ending()
    runs: list[_Run] = []
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
        run = _Run(site, execution, order, ending)
        run.take_note(settled[a.key] for a in actions if a.key in settled)
        run.follows_writes = any(earlier.has_writes for earlier in runs)
        runs.append(run)
    done = [result for run in runs for result in run.write()]
    done += [result for run in reversed(runs) for result in run.delete()]
    settled |= {result.action.key: result for result in done}
    results = [settled[action.key] for action in plan.actions]
    if ending.reason is None:
        unseen: list[str] = []
        for run in runs:
            verified = verify(
                run.site.live,
                [r for r in results if r.action.content_kind == run.site.live.kind],
                execution.writing,
                owned=run.site.owned,
                concurrency=run.concurrency,
            )
            settled |= {result.action.key: result for result in verified.results}
            unseen += verified.unseen
        results = [settled[action.key] for action in plan.actions]
        if unseen and execution.nothing_else:
            ids = ", ".join(unseen)
            ending.end(f"rules are live that the plan did not see, run again: {ids}")
        if any(run.site.live.stop.is_set() for run in runs):
            ending.end("stopped by the user while it was read back")
    return Deployment(tuple(results), ending.reason)


def without_write(action: Action) -> Result:
    """Return the result of an action that asks for nothing to be done."""
    if action.action is ActionKind.BLOCKED:
        return Result(action, Outcome.REFUSED, f"blocked: {action.reason}")
    return Result(action, Outcome.UNCHANGED)


@dataclass(slots=True)
class _Ending:
    """Why a deployment ends before its plan does; one for all kinds of content."""

    reason: str | None = None
    failures_in_a_row: int = 0

    def end(self, reason: str) -> None:
        self.reason = self.reason or reason

    def count(self, result: Result) -> None:
        """Take note of what was not served: after a few of them nothing more is begun."""
        unserved = result.answer_lost or result.throttled
        self.failures_in_a_row = self.failures_in_a_row + 1 if unserved else 0
        if self.failures_in_a_row >= DEAD_AFTER:
            why = "takes no more requests" if result.throttled else "does not answer"
            self.end(f"the service {why}: {result.error}")


class _Run:
    """The workers of one kind of content in a deployment."""

    def __init__(self, site: Site, execution: Execution, order: Order, ending: _Ending) -> None:
        self.site = site
        self.concurrency = max(1, min(execution.concurrency, MAX_CONCURRENCY))
        self._client = site.live
        self._execution = execution
        self._order = order
        self._ending = ending
        self.has_writes = bool(order.phases)
        self.follows_writes = False
        self._gone_from_their_names: set[str] = set()
        self._parked: dict[str, LiveRule | Result] = {}

    def write(self) -> list[Result]:
        """Carry out all but the deletions that nothing waits for."""
        results = []
        for number, phase in enumerate(self._order.phases):
            if number == self._order.parked_before:
                self._park(self._order.parked)
            results += self._carry_out(phase)
        return results

    def delete(self) -> list[Result]:
        """Carry out the deletions that are left."""
        return self._carry_out(self._order.deletions)

    def _carry_out(self, actions: Sequence[Action]) -> list[Result]:
        if not actions:
            return []
        with ThreadPoolExecutor(self.concurrency, thread_name_prefix="rule") as pool:
            futures = [pool.submit(self._one, action) for action in actions]
            waiting = dict(zip(futures, actions, strict=True))
            while waiting:
                self._tell(waiting)
        results = [_result(future, action) for future, action in zip(futures, actions, strict=True)]
        self.take_note(results)
        return results

    def take_note(self, results: Iterable[Result]) -> None:
        """Take note of rules that have left the names which others wait for."""
        self._gone_from_their_names |= {r.action.id.casefold() for r in results if r.is_good}

    def _park(self, actions: Sequence[Action]) -> None:
        """Give rules that wait for each other's names a name of their own."""
        for action in actions:
            if self._client.stop.is_set() or self._ending.reason is not None:
                return
            key = action.id.casefold()
            self._parked[key] = parked = park(self._client, action, self.site.bases[key])
            if isinstance(parked, LiveRule):
                self._gone_from_their_names.add(key)

    def _one(self, action: Action) -> Result:
        if self._client.stop.is_set():
            self._ending.end("stopped by the user")
        if self._ending.reason is not None:
            return Result(action, Outcome.NOT_ATTEMPTED, self._ending.reason)
        key = action.id.casefold()
        base = self.site.bases.get(key)
        parked = self._parked.get(key, base)
        if isinstance(parked, Result):
            return parked
        taken = self._order.holders.get(key, frozenset()) - self._gone_from_their_names
        if taken:
            why = f"its name is still that of rule {min(taken)}, which was not deleted or renamed"
            if parked is not base and parked is not None and base is not None:
                why = f"{why}; {unpark(self._client, base, parked)}"
            return Result(action, Outcome.REFUSED, why)
        result = carry_out(self._client, action, parked, self._execution.writing)
        for pause in SETTLING_PAUSES if self.follows_writes else ():
            if result.is_good or not _UNRESOLVED.search(result.error or ""):
                break
            self._client.stop.wait(pause)
            if self._client.stop.is_set():
                break
            result = carry_out(self._client, action, parked, self._execution.writing)
        return result

    def _tell(self, waiting: dict[Future[Result], Action]) -> None:
        done, _ = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
        for future in done:
            result = _result(future, waiting.pop(future))
            self._ending.count(result)
            self._execution.on_result(result)


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
