"""Faults on demand: which requests break, and how, counted so that a campaign can be checked.

A share is drawn from the fault's place in the file and the number of requests it has matched,
never from a clock or a random source: the same requests break in every run. Nothing here touches
a socket or sleeps.
"""

from __future__ import annotations

import fnmatch
import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry of the faults file. Exactly one of the four effects is set.

    `times` breaks the first N requests that match, `share` that part of them; with neither, all.
    `method` is upper case or `*`; `path` is a glob on the path in lower case.
    """

    on: str
    method: str
    path: str
    times: int | None = None
    share: float | None = None
    status: int | None = None
    latency_ms: int | None = None
    drop: Literal["before", "after"] | None = None
    stale_list: bool = False

    @property
    def effect(self) -> str:
        """The effect in one word, as the counts name it."""
        if self.status is not None:
            return f"status {self.status}"
        if self.latency_ms is not None:
            return f"latencyMs {self.latency_ms}"
        return f"drop {self.drop}" if self.drop else "staleList"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to one request: a delay in seconds, and at most one of the other effects."""

    delay: float = 0.0
    status: int | None = None
    drop: Literal["before", "after"] | None = None
    stale: bool = False


class FaultSchedule:
    """The faults of one emulator and how often each matched and fired. Safe for many threads."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self._faults = tuple(faults)
        self._matched = [0] * len(self._faults)
        self._fired = [0] * len(self._faults)
        self._lock = threading.Lock()

    def judge(self, method: str, path: str, can_be_stale: Callable[[], bool]) -> Verdict:
        """Decide about a request. Delays add up; the first other effect that fires is the last.

        `can_be_stale` tells whether an older view exists; a stale answer counts only where it
        would differ from a fresh one.
        """
        delay = 0.0
        for index, fault in enumerate(self._faults):
            if not _matches(fault, method, path) or (fault.stale_list and not can_be_stale()):
                continue
            if not self._fires(index, fault):
                continue
            if fault.latency_ms is None:
                return Verdict(delay, fault.status, fault.drop, fault.stale_list)
            delay += fault.latency_ms / 1000
        return Verdict(delay)

    def counts(self) -> list[dict[str, Any]]:
        """Return what each fault is, how many requests it matched and how often it fired."""
        with self._lock:
            return [
                {"on": fault.on, "effect": fault.effect, "matched": matched, "fired": fired}
                for fault, matched, fired in zip(
                    self._faults, self._matched, self._fired, strict=True
                )
            ]

    def _fires(self, index: int, fault: Fault) -> bool:
        with self._lock:
            self._matched[index] += 1
            if fault.times is not None:
                fires = self._fired[index] < fault.times
            elif fault.share is not None:
                fires = _draw(index, self._matched[index]) < fault.share
            else:
                fires = True
            self._fired[index] += fires
        return fires


def _matches(fault: Fault, method: str, path: str) -> bool:
    return fault.method in ("*", method) and fnmatch.fnmatchcase(path.lower(), fault.path)


def _draw(index: int, count: int) -> float:
    digest = hashlib.sha256(f"{index}:{count}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64
