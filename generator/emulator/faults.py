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
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """What a broken answer says about when to come again, in one of the forms that services use.

    `seconds` and `date` are forms of Retry-After, the date that many seconds from now; `ms` and
    `xms` are the headers in milliseconds. `text` is sent as it is, `none` sends no such header.
    """

    form: str
    value: float | str = 0

    def headers(self, now: datetime) -> dict[str, str]:
        """Return the headers. `now` is UTC."""
        match self.form, self.value:
            case "none", _:
                return {}
            case "text", text:
                return {"Retry-After": str(text)}
            case "date", number:
                moment = now + timedelta(seconds=float(number))
                return {"Retry-After": format_datetime(moment, usegmt=True)}
            case "seconds", number:
                return {"Retry-After": f"{number}"}
            case _, number:
                prefix = "x-ms-" if self.form == "xms" else ""
                return {f"{prefix}retry-after-ms": f"{number}"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry of the faults file. Exactly one of the effects is set; `retry_after` is no effect.

    `times` breaks the first N requests that match, `share` that part of them; with neither, all.
    `method` is upper case or `*`; `path` is a glob on the path in lower case. `lag_seconds`: a list
    shows the state of so long ago. `recently_deleted`: so many writes of a rule are refused after
    its deletion. `repeat_items`: a further page begins with so many items of the one before.
    """

    on: str
    method: str
    path: str
    times: int | None = None
    share: float | None = None
    status: int | None = None
    retry_after: RetryAfter | None = None
    latency_ms: int | None = None
    answer_late_ms: int | None = None
    drop: Literal["before", "after"] | None = None
    stale_list: bool = False
    lag_seconds: float | None = None
    recently_deleted: int | None = None
    repeat_items: int | None = None
    unique_names: bool = False

    @property
    def effect(self) -> str:
        """The effect in one word, as the counts name it."""
        if self.status is not None:
            retry = self.retry_after
            return f"status {self.status}" + (f" retryAfter {retry.form}" if retry else "")
        numbers = {
            "latencyMs": self.latency_ms,
            "answerLateMs": self.answer_late_ms,
            "drop": self.drop,
            "listLagSeconds": self.lag_seconds,
            "recentlyDeleted": self.recently_deleted,
            "repeatItems": self.repeat_items,
        }
        for name, value in numbers.items():
            if value is not None:
                return f"{name} {value}"
        return "uniqueNames" if self.unique_names else "staleList"

    @property
    def is_conditional(self) -> bool:
        """Whether the effect shows on some requests only, whatever matches."""
        plain = (self.status, self.latency_ms, self.answer_late_ms, self.drop)
        return all(effect is None for effect in plain)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to one request: delays in seconds, and at most one other fault.

    `delay` comes before the request takes effect, `late` after.
    """

    delay: float = 0.0
    late: float = 0.0
    fault: Fault | None = None

    @property
    def status(self) -> int | None:
        """The status that is answered instead of anything else."""
        return self.fault.status if self.fault else None

    @property
    def drop(self) -> Literal["before", "after"] | None:
        """When the connection ends."""
        return self.fault.drop if self.fault else None


class FaultSchedule:
    """The faults of one emulator and how often each matched and fired. Safe for many threads."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self._faults = tuple(faults)
        self._matched = [0] * len(self._faults)
        self._fired = [0] * len(self._faults)
        self._lock = threading.Lock()

    def judge(self, method: str, path: str, can_show: Callable[[Fault], bool]) -> Verdict:
        """Decide about a request. Delays add up; the first other effect that fires is the last.

        `can_show` tells whether a fault that is conditional would change the answer; only then it
        counts.
        """
        delay = late = 0.0
        for index, fault in enumerate(self._faults):
            if not _matches(fault, method, path) or (fault.is_conditional and not can_show(fault)):
                continue
            if not self._fires(index, fault):
                continue
            if fault.latency_ms is None and fault.answer_late_ms is None:
                return Verdict(delay, late, fault)
            delay += (fault.latency_ms or 0) / 1000
            late += (fault.answer_late_ms or 0) / 1000
        return Verdict(delay, late)

    @property
    def longest_lag(self) -> float:
        """Seconds of the past that some list may have to show."""
        return max((fault.lag_seconds or 0.0 for fault in self._faults), default=0.0)

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
