"""How fast requests go out: by what the service says, shared by all workers.

Retry-After closes a gate for every worker; the remaining-count headers bound how many requests are
under way. No bucket size is built in, because the real ones differ from the documented ones. All
times are seconds.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import HTTPPolicy

LONGEST_WAIT = 120.0
"""The longest Retry-After that is waited for."""

_REMAINING = re.compile(
    r"x-ms-ratelimit-remaining-(?:\w+-)*(?:resource|reads|writes|deletes)", re.IGNORECASE | re.ASCII
)


class Pace:
    """The shared state of one kind of operation: reads, writes or deletes."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._state = threading.Condition()
        self._not_before = 0.0
        self._under_way = 0
        self._remaining: int | None = None

    def enter(self) -> None:
        """Wait until a request may go out. After `stop` is set nobody waits any more."""
        with self._state:
            while not self._stop.is_set():
                closed_for = self._not_before - time.monotonic()
                if closed_for > 0:
                    # Short steps, so that a stop is noticed.
                    self._state.wait(min(closed_for, 0.2))
                elif self._remaining is not None and self._under_way >= max(1, self._remaining):
                    self._state.wait(0.2)
                else:
                    break
            self._under_way += 1

    def leave(self, status: int, headers: Mapping[str, str]) -> None:
        """Take note of what an answer says about the pace."""
        remaining = remaining_count(headers)
        with self._state:
            self._under_way -= 1
            if remaining is not None:
                self._remaining = remaining
            if status == 429:
                self._remaining = 0
                pause = min(retry_after(headers) or 1.0, LONGEST_WAIT)
                self._not_before = max(self._not_before, time.monotonic() + pause)
            self._state.notify_all()

    def abandon(self) -> None:
        """Take note that a request ended without an answer."""
        with self._state:
            self._under_way -= 1
            self._state.notify_all()


class PacingPolicy(HTTPPolicy):  # type: ignore[type-arg]
    """Holds each request until its kind of operation may go on. Shared by all clients."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__()
        self._paces = {kind: Pace(stop) for kind in ("reads", "writes", "deletes")}

    def send(self, request: PipelineRequest) -> PipelineResponse:  # type: ignore[type-arg]
        """Send the request when it is its time."""
        kind = {"GET": "reads", "DELETE": "deletes"}.get(request.http_request.method, "writes")
        pace = self._paces[kind]
        pace.enter()
        try:
            response = self.next.send(request)
        except BaseException:
            pace.abandon()
            raise
        pace.leave(response.http_response.status_code, response.http_response.headers)
        return response


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that an answer asks to wait, or None; only the numeric form counts."""
    text = headers.get("Retry-After") or ""
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None


def remaining_count(headers: Mapping[str, str]) -> int | None:
    """Return the smallest remaining count that an answer reports, or None when it reports none."""
    counts = [
        int(value)
        for name, value in headers.items()
        if _REMAINING.fullmatch(name) and re.fullmatch(r"\d{1,9}", value, re.ASCII)
    ]
    return min(counts, default=None)
