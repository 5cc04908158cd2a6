"""Carrying out a whole plan: several rules at a time, each one's failure its own.

What is running is always finished; what has not begun when the user stops, or when the service is
evidently down, is reported as not attempted. All times are seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from generator.azure.errors import printable
from generator.azure.redaction import SECRETS
from generator.deploy.order import order_of
from generator.deploy.plan import Action, ActionKind, Plan
from generator.deploy.renaming import park, unpark
from generator.deploy.results import Deployment, Outcome, Result
from generator.deploy.verify import verify
from generator.deploy.workspace import LiveRule
from generator.deploy.write_rule import DEPLOYMENT, Writing, carry_out
from generator.kinds.kind import LiveApi

MAX_CONCURRENCY = 8
"""Writes under way at once: parallel writes have given flaky results beyond a few
(terraform-provider-azurerm issue 21231)."""

DEAD_AFTER = 3
"""Rules in a row that the service did not take within its retries before the rest is left."""

OnResult = Callable[[Result], None]


@dataclass(frozen=True, slots=True)
class Execution:
    """How a plan is carried out.

    `owned` are the lower-case ids that are ours. `nothing_else`: no other rule of ours may be left,
    as pruning asks for. `room_first`: what makes room under the limits
    of enabled rules has to go before what needs it. `on_result` is called in the caller's thread.
    """

    owned: frozenset[str]
    concurrency: int = MAX_CONCURRENCY
    room_first: bool = False
    nothing_else: bool = False
    writing: Writing = DEPLOYMENT
    on_result: OnResult = lambda _result: None


def apply_plan(
    client: LiveApi,
    plan: Plan,
    bases: Mapping[str, LiveRule],
    execution: Execution,
    refused: Sequence[Result] = (),
) -> Deployment:
    """Carry out a plan and return a result for each of its actions.

    `bases` are the live rules that it was made on, by lower-case id; `refused` are results for
    actions that are known to be stale. Where the client's `stop` is set it ends early, with results
    all the same.
    """
    settled = {result.action.id.casefold(): result for result in refused}
    for action in plan.actions:
        if action.id.casefold() not in settled and not action.writes:
            settled[action.id.casefold()] = without_write(action)
    waiting = [action for action in plan.actions if action.id.casefold() not in settled]
    order = order_of(waiting, plan.actions, bases, room_first=execution.room_first)
    run = _Run(client, bases, execution, order.holders)
    run.take_note(settled.values())
    for number, phase in enumerate(order.phases):
        if number == order.parked_before:
            run.park(order.parked)
        settled |= {result.action.id.casefold(): result for result in run.carry_out(phase)}
    results = tuple(settled[action.id.casefold()] for action in plan.actions)
    if run.ended_early is None:
        verified = verify(
            client,
            results,
            execution.writing,
            owned=execution.owned,
            concurrency=run.concurrency,
        )
        results = verified.results
        if verified.unseen and execution.nothing_else:
            ids = ", ".join(verified.unseen)
            run.end(f"rules are live that the plan did not see, run again: {ids}")
        if client.stop.is_set():
            run.end("stopped by the user while it was read back")
    return Deployment(results, run.ended_early)


def without_write(action: Action) -> Result:
    """Return the result of an action that asks for nothing to be done."""
    if action.action is ActionKind.BLOCKED:
        return Result(action, Outcome.REFUSED, f"blocked: {action.reason}")
    return Result(action, Outcome.UNCHANGED)


class _Run:
    """The workers of one deployment and what stops them."""

    def __init__(
        self,
        client: LiveApi,
        bases: Mapping[str, LiveRule],
        execution: Execution,
        holders: Mapping[str, frozenset[str]],
    ) -> None:
        self.concurrency = max(1, min(execution.concurrency, MAX_CONCURRENCY))
        self.ended_early: str | None = None
        self._client = client
        self._bases = dict(bases)
        self._execution = execution
        self._holders = holders
        self._gone_from_their_names: set[str] = set()
        self._parked: dict[str, LiveRule | Result] = {}
        self._failures_in_a_row = 0

    def carry_out(self, actions: Sequence[Action]) -> list[Result]:
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

    def park(self, actions: Sequence[Action]) -> None:
        """Give rules that wait for each other's names a name of their own."""
        for action in actions:
            if self._client.stop.is_set() or self.ended_early is not None:
                return
            key = action.id.casefold()
            self._parked[key] = parked = park(self._client, action, self._bases[key])
            if isinstance(parked, LiveRule):
                self._gone_from_their_names.add(key)

    def end(self, reason: str) -> None:
        self.ended_early = self.ended_early or reason

    def _one(self, action: Action) -> Result:
        if self._client.stop.is_set():
            self.end("stopped by the user")
        if self.ended_early is not None:
            return Result(action, Outcome.NOT_ATTEMPTED, self.ended_early)
        key = action.id.casefold()
        base = self._bases.get(key)
        parked = self._parked.get(key, base)
        if isinstance(parked, Result):
            return parked
        taken = self._holders.get(key, frozenset()) - self._gone_from_their_names
        if taken:
            why = f"its name is still that of rule {min(taken)}, which was not deleted or renamed"
            if parked is not base and parked is not None and base is not None:
                why = f"{why}; {unpark(self._client, base, parked)}"
            return Result(action, Outcome.REFUSED, why)
        return carry_out(self._client, action, parked, self._execution.writing)

    def _tell(self, waiting: dict[Future[Result], Action]) -> None:
        done, _ = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
        for future in done:
            result = _result(future, waiting.pop(future))
            unserved = result.answer_lost or result.throttled
            self._failures_in_a_row = self._failures_in_a_row + 1 if unserved else 0
            if self._failures_in_a_row >= DEAD_AFTER:
                why = "takes no more requests" if result.throttled else "does not answer"
                self.end(f"the service {why}: {result.error}")
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
