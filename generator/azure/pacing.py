"""How fast requests go out: by what the service says, shared by all workers.

Retry-After closes a gate for every worker; the remaining-count headers bound how many requests are
under way. No bucket size is built in, because the real ones differ from the documented ones. How
long a service may throttle is bounded for all workers together. All times are seconds.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import HTTPPolicy

from generator.azure.errors import ThrottledError

TOO_MANY_REQUESTS = 429

LONGEST_WAIT = 120.0
"""The longest Retry-After that is waited for."""

THROTTLED_BUDGET = 300.0
"""For how long the service may throttle without taking any request before it counts as dead."""

FREE_AGAIN = 16
"""Requests under way at which a limit that no count header ever confirmed is forgotten."""

_REMAINING = re.compile(
    r"x-ms-ratelimit-remaining-(?:\w+-)*(?:resource|reads|writes|deletes)", re.IGNORECASE | re.ASCII
)
_SECONDS = re.compile(r"\d{1,18}(?:\.\d{1,9})?", re.ASCII)


class Patience:
    """How long all workers of a run together have been waiting for a service that throttles."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._throttled_since: float | None = None
        self._asked_too_much: float | None = None

    def take_note(self, status: int, wait: float | None) -> None:
        """Take note of an answer. `wait` is what it asks for, if it does."""
        with self._lock:
            if status != TOO_MANY_REQUESTS:
                self._throttled_since = None
                return
            if self._throttled_since is None:
                self._throttled_since = time.monotonic()
            if wait is not None and wait > LONGEST_WAIT:
                self._asked_too_much = wait

    def check(self) -> None:
        """Raise ThrottledError when there is no point in asking this service any more."""
        with self._lock:
            if self._asked_too_much is not None:
                raise ThrottledError(
                    f"the service asks to wait for {self._asked_too_much:,.0f} seconds; at most "
                    f"{LONGEST_WAIT:.0f} are waited for: try later"
                )
            since = self._throttled_since
            if since is not None and time.monotonic() - since > THROTTLED_BUDGET:
                raise ThrottledError(
                    f"the service has throttled every request for {THROTTLED_BUDGET:.0f} seconds: "
                    "try later"
                )


class Pace:
    """The shared state of one kind of operation: reads, writes or deletes."""

    def __init__(self, stop: threading.Event, patience: Patience | None = None) -> None:
        self._stop = stop
        self._patience = patience or Patience()
        self._state = threading.Condition()
        self._not_before = 0.0
        self._under_way = 0
        self._allowed: int | None = None

    def enter(self) -> None:
        """Wait until a request may go out. After `stop` is set nobody waits any more.

        Raises ThrottledError when the service has throttled for longer than is waited for.
        """
        with self._state:
            while not self._stop.is_set():
                self._patience.check()
                closed_for = self._not_before - time.monotonic()
                if closed_for > 0:
                    # Short steps, so that a stop is noticed.
                    self._state.wait(min(closed_for, 0.2))
                elif self._allowed is not None and self._under_way >= max(1, self._allowed):
                    self._state.wait(0.2)
                else:
                    break
            self._under_way += 1

    def leave(self, status: int, headers: Mapping[str, str]) -> None:
        """Take note of what an answer says about the pace."""
        wait = retry_after(headers)
        self._patience.take_note(status, wait)
        with self._state:
            self._under_way -= 1
            self._allowed = self._allowed_after(status, remaining_count(headers))
            if status == TOO_MANY_REQUESTS:
                pause = min(1.0 if wait is None else wait, LONGEST_WAIT)
                self._not_before = max(self._not_before, time.monotonic() + pause)
            self._state.notify_all()

    def abandon(self) -> None:
        """Take note that a request ended without an answer."""
        with self._state:
            self._under_way -= 1
            self._state.notify_all()

    def _allowed_after(self, status: int, remaining: int | None) -> int | None:
        if status == TOO_MANY_REQUESTS:
            return 0
        if remaining is not None:
            return remaining
        # A service that throttled and counts nothing is tried with one more request at a time.
        if self._allowed is None or self._allowed >= FREE_AGAIN:
            return None
        return self._allowed + 1


class Pacing:
    """The pace of each kind of operation: what all clients of a run share."""

    def __init__(self, stop: threading.Event) -> None:
        patience = Patience()
        self._paces = {kind: Pace(stop, patience) for kind in ("reads", "writes", "deletes")}

    def of(self, method: str) -> Pace:
        """Return the pace of what an HTTP method does."""
        return self._paces[{"GET": "reads", "DELETE": "deletes"}.get(method, "writes")]


class PacingPolicy(HTTPPolicy):  # type: ignore[type-arg]
    """Holds each request until its kind of operation may go on.

    Each client needs a policy of its own: the SDK links the policies of a pipeline to one another,
    so one that stood in two pipelines would send the requests of both to the transport of the last.
    """

    def __init__(self, pacing: Pacing) -> None:
        super().__init__()
        self._pacing = pacing

    def send(self, request: PipelineRequest) -> PipelineResponse:  # type: ignore[type-arg]
        """Send the request when it is its time; raises ThrottledError when that never comes."""
        pace = self._pacing.of(request.http_request.method)
        pace.enter()
        try:
            response = self.next.send(request)
        except BaseException:
            pace.abandon()
            raise
        pace.leave(response.http_response.status_code, response.http_response.headers)
        return response


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that an answer asks to wait, or None where it says nothing usable.

    All forms that the SDK knows: Retry-After as seconds or as a date (RFC 9110, 10.2.3), and the
    two headers in milliseconds. A date counts from the answer's own Date where it has one, so that
    the two clocks need not agree; one in the past is zero. The number may be of any size.
    """
    told = {name.lower(): str(value).strip() for name, value in headers.items()}
    text = told.get("retry-after", "")
    if _SECONDS.fullmatch(text):
        return float(text)
    for name in ("retry-after-ms", "x-ms-retry-after-ms"):
        if _SECONDS.fullmatch(told.get(name, "")):
            return float(told[name]) / 1000
    moment = _http_date(text)
    if moment is None:
        return None
    now = _http_date(told.get("date", "")) or datetime.now(UTC)
    return max(0.0, (moment - now).total_seconds())


def _http_date(text: str) -> datetime | None:
    if not 20 <= len(text) <= 40:
        return None
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def remaining_count(headers: Mapping[str, str]) -> int | None:
    """Return the smallest remaining count that an answer reports, or None when it reports none."""
    counts = [
        int(value)
        for name, value in headers.items()
        if _REMAINING.fullmatch(name) and re.fullmatch(r"\d{1,9}", value, re.ASCII)
    ]
    return min(counts, default=None)
