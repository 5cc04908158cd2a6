"""What rules looked like before the writes of this process, for answers that lag behind.

Only what a fault may have to show is kept: the state before each rule's last write, and all states
of the last few seconds. Rolled-back writes leave entries that say what is still true.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

Rule = TypeVar("Rule")


class PastViews(Generic[Rule]):
    """Earlier states of rules, by workspace and lower-case name. The caller holds the lock.

    `clock` gives seconds that never go back; states of the last `keep` seconds are kept.
    """

    def __init__(self, clock: Callable[[], float], keep: float) -> None:
        self._clock = clock
        self._keep = keep
        self._before: dict[tuple[str, str], Rule | None] = {}
        self._last_written: dict[str, str] = {}
        self._log: deque[tuple[float, str, str, Rule | None]] = deque()

    def remember(self, workspace: str, key: str, rule: Rule | None) -> None:
        """Take note of what a rule was before a write; None where there was none."""
        self._before[workspace, key] = rule
        self._last_written[workspace] = key
        now = self._clock()
        if self._keep > 0:
            self._log.append((now, workspace, key, rule))
        while self._log and self._log[0][0] < now - self._keep:
            self._log.popleft()

    def forget(self, workspace: str) -> None:
        """Forget what lay before the writes so far."""
        self._last_written.pop(workspace, None)
        for seen in [seen for seen in self._before if seen[0] == workspace]:
            del self._before[seen]
        self._log = deque(entry for entry in self._log if entry[1] != workspace)

    def knows(self, workspace: str, key: str | None) -> bool:
        """Return whether a write lies behind the rule, or behind the list."""
        if key is None:
            return workspace in self._last_written
        return (workspace, key) in self._before

    def rule_before_last_write(self, workspace: str, key: str) -> Rule | None:
        """Return a rule as it was before its last write; None where that write created it."""
        return self._before.get((workspace, key))

    def undoing_last_write(self, workspace: str) -> Mapping[str, Rule | None]:
        """Return what has to be put back for the state before the workspace's last write."""
        key = self._last_written.get(workspace)
        return {} if key is None else {key: self._before[workspace, key]}

    def undoing_since(self, workspace: str, seconds: float) -> Mapping[str, Rule | None]:
        """Return what has to be put back for the state of some seconds ago."""
        moment = self._clock() - seconds
        undone: dict[str, Rule | None] = {}
        for written, place, key, rule in reversed(self._log):
            if written <= moment:
                break
            if place == workspace:
                undone[key] = rule
        return undone
