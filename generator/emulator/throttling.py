"""Token buckets per subscription and kind of operation, as Azure Resource Manager throttles.

Documented since 2024: reads 250 refilled with 25 a second, writes and deletes 200 with 10 a
second (request-limits-and-throttling). Time comes in as an argument; nothing here sleeps.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class BucketSize:
    """How many requests a full bucket holds, and how many a second flow in."""

    size: int
    rate: float


@dataclass(frozen=True, slots=True)
class Grant:
    """What a bucket said: `retry_after` is None when the request may go on, else seconds."""

    operation: str
    remaining: int
    size: int
    retry_after: int | None

    def headers(self) -> dict[str, str]:
        """Return the remaining-count headers, and Retry-After where the request is refused.

        The global count is of fifteen times the bucket, as recorded in 2026 (799 with 11999).
        """
        name = "x-ms-ratelimit-remaining-subscription"
        headers = {
            f"{name}-{self.operation}": str(self.remaining),
            f"{name}-global-{self.operation}": str(14 * self.size + self.remaining),
        }
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        return headers


DOCUMENTED = MappingProxyType(
    {
        "reads": BucketSize(250, 25),
        "writes": BucketSize(200, 10),
        "deletes": BucketSize(200, 10),
    }
)
_OPERATIONS = MappingProxyType({"GET": "reads", "HEAD": "reads", "DELETE": "deletes"})


def bucket_sizes(writes: BucketSize | None) -> Mapping[str, BucketSize]:
    """Return the sizes by operation. What is given holds for writes and deletes exactly.

    Reads get at least their documented bucket, so that a small bucket under test does not also
    throttle the reads that look at its effect.
    """
    if writes is None:
        return DOCUMENTED
    reads = DOCUMENTED["reads"]
    return {
        "reads": BucketSize(max(reads.size, writes.size), max(reads.rate, writes.rate)),
        "writes": writes,
        "deletes": writes,
    }


class Buckets:
    """The buckets of every subscription. Safe for use by many threads.

    `clock` gives seconds that never go back.
    """

    def __init__(self, sizes: Mapping[str, BucketSize], clock: Callable[[], float]) -> None:
        self._sizes = sizes
        self._clock = clock
        self._levels: dict[tuple[str, str], tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, subscription: str, method: str) -> Grant:
        """Take one token for a request, or say in how many whole seconds there will be one."""
        operation = _OPERATIONS.get(method, "writes")
        size = self._sizes[operation]
        key = (subscription.lower(), operation)
        with self._lock:
            now = self._clock()
            level, filled_at = self._levels.get(key, (float(size.size), now))
            level = min(float(size.size), level + (now - filled_at) * size.rate)
            granted = level >= 1
            level -= 1 if granted else 0
            self._levels[key] = (level, now)
        retry_after = None if granted else max(1, math.ceil((1 - level) / size.rate))
        return Grant(operation, int(level), size.size, retry_after)
