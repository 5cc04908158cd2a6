"""How far one kind of content has come in a deployment, and what of it may begin next.

All times are seconds.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.deploy.order import Order
from generator.deploy.plan import Action
from generator.deploy.renaming import park, unpark
from generator.deploy.results import Outcome, Result
from generator.deploy.workspace import LiveRule
from generator.deploy.write_rule import Writing, carry_out
from generator.kinds.kind import Key, LiveApi

SETTLING_PAUSES: tuple[float, ...] = (5.0, 10.0, 20.0, 30.0)
"""Seconds before each further try of what refers to something that was written just before: what is
written is there for queries some minutes later at most (peers sleep 30 s and try again)."""

_UNRESOLVED = re.compile(r"failed to resolve|one of the tables does not exist", re.IGNORECASE)
"""What the service says of a query that names what is not there (Azure-Sentinel issues 6681,
12032)."""

DEAD_AFTER = 3
"""Rules in a row that the service did not take within its retries before the rest is left."""


@dataclass(slots=True)
class Ending:
    """Why a deployment ends before its plan does; one for all kinds of content."""

    reason: str | None = None
    failures_in_a_row: int = 0

    def end(self, reason: str) -> None:
        """End what has not begun. The first reason stays."""
        self.reason = self.reason or reason

    def count(self, result: Result) -> None:
        """Take note of what was not served: after a few of them nothing more is begun."""
        unserved = result.answer_lost or result.throttled
        self.failures_in_a_row = self.failures_in_a_row + 1 if unserved else 0
        if self.failures_in_a_row >= DEAD_AFTER:
            why = "takes no more requests" if result.throttled else "does not answer"
            self.end(f"the service {why}: {result.error}")


class KindRun:
    """How far one kind of content has come: its phases one after the other, each of many actions.

    `waits` are by action what of other kinds has to be written before it. Only workers call `one`,
    only the caller's thread all the rest.
    """

    def __init__(
        self,
        live: LiveApi,
        bases: Mapping[str, LiveRule],
        actions: Sequence[Action],
        order: Order,
        *,
        waits: Mapping[Key, frozenset[Key]],
        writing: Writing,
        ending: Ending,
    ) -> None:
        self.live = live
        self._bases = bases
        self.actions = actions
        self.results: dict[Key, Result] = {}
        self._writing = writing
        self._order = order
        self._ending = ending
        self._waits = waits
        self.deletions = order.deletions
        self._phases = deque(enumerate(order.phases))
        self._waiting: list[Action] = []
        self._under_way = 0
        self._gone_from_their_names: set[str] = set()
        self._parked: dict[str, LiveRule | Result] = {}

    @property
    def to_do(self) -> Iterator[Action]:
        """What has not begun, but for deletions that wait for other kinds."""
        return (action for _, phase in self._phases for action in phase)

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to do but, it may be, deletions that wait for other kinds."""
        return not (self._phases or self._waiting or self._under_way)

    def delete(self) -> bool:
        """Begin with the deletions that are left; tell whether there are any."""
        deletions, self.deletions = self.deletions, ()
        if deletions:
            self._phases.append((len(self._order.phases), deletions))
        return bool(deletions)

    def begin(self, unwritten: Collection[Key]) -> list[Action]:
        """Return what may begin now. `unwritten` is what others may have to wait for."""
        while self._phases and not self._waiting and not self._under_way:
            number, phase = self._phases.popleft()
            self.take_note(self.results.values())
            if number == self._order.parked_before:
                self._park(self._order.parked)
            self._waiting = list(phase)
        now: list[Action] = []
        later: list[Action] = []
        for action in self._waiting:
            waits = self._waits.get(action.key, frozenset())
            (later if waits.intersection(unwritten) else now).append(action)
        self._waiting = later
        self._under_way += len(now)
        return now

    def ended(self, result: Result) -> None:
        """Take note of what has been begun and has ended."""
        self._under_way -= 1
        self.results[result.action.key] = result

    def take_note(self, results: Iterable[Result]) -> None:
        """Take note of rules that have left the names which others wait for."""
        self._gone_from_their_names |= {r.action.id.casefold() for r in results if r.is_good}

    def _park(self, actions: Sequence[Action]) -> None:
        """Give rules that wait for each other's names a name of their own."""
        for action in actions:
            if self.live.stop.is_set() or self._ending.reason is not None:
                return
            key = action.id.casefold()
            self._parked[key] = parked = park(self.live, action, self._bases[key])
            if isinstance(parked, LiveRule):
                self._gone_from_their_names.add(key)

    def one(self, action: Action) -> Result:
        """Carry out an action that has begun."""
        if self.live.stop.is_set():
            self._ending.end("stopped by the user")
        if self._ending.reason is not None:
            return Result(action, Outcome.NOT_ATTEMPTED, self._ending.reason)
        key = action.id.casefold()
        base = self._bases.get(key)
        parked = self._parked.get(key, base)
        if isinstance(parked, Result):
            return parked
        taken = self._order.holders.get(key, frozenset()) - self._gone_from_their_names
        if taken:
            why = f"its name is still that of rule {min(taken)}, which was not deleted or renamed"
            if parked is not base and parked is not None and base is not None:
                why = f"{why}; {unpark(self.live, base, parked)}"
            return Result(action, Outcome.REFUSED, why)
        result = carry_out(self.live, action, parked, self._writing)
        for pause in SETTLING_PAUSES if action.key in self._waits else ():
            if result.is_good or not _UNRESOLVED.search(result.error or ""):
                break
            self.live.stop.wait(pause)
            if self.live.stop.is_set():
                break
            result = carry_out(self.live, action, parked, self._writing)
        return result
