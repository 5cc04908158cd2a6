"""What stands before the API, as Azure Resource Manager does: throttling, faults and counts.

`/_emulator/…` tells what happened; it lies outside ARM's paths and is neither throttled nor broken.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from generator.emulator.faults import Fault, FaultSchedule, Verdict
from generator.emulator.fresh_workspace import NOW, View
from generator.emulator.messages import Answer, RefusedError, Request, error_answer
from generator.emulator.resource_ids import Collection, Target, parse_path
from generator.emulator.store import StoreError
from generator.emulator.throttling import Buckets, Grant

_CODES = {
    400: "BadRequest",
    401: "AuthenticationFailed",
    403: "AuthorizationFailed",
    404: "NotFound",
    408: "RequestTimeout",
    409: "Conflict",
    412: "PreconditionFailed",
    429: "TooManyRequests",
    500: "InternalServerError",
    502: "BadGateway",
    503: "ServiceUnavailable",
    504: "GatewayTimeout",
}
_RETRY_AFTER = {429: "1", 503: "1"}


class Handler(Protocol):
    """Answers requests for one collection of resources, and tells which faults could show there."""

    @property
    def collection(self) -> Collection:
        """What it answers for."""

    def answer(self, request: Request, target: Target, view: View) -> Answer:
        """Answer a request; reads look as the view says. Raises RefusedError and StoreError."""

    def can_be_stale(self, request: Request, target: Target) -> bool:
        """Return whether a stale answer to the request could differ from a fresh one."""

    def wants_a_taken_name(self, request: Request, target: Target) -> bool:
        """Return whether a request writes a resource with the display name of another one."""

    def list_can_show(self, request: Request, target: Target, view: View) -> bool:
        """Return whether a list through a view could differ from a fresh one."""

    def conflict(self, target: Target) -> str:
        """Return what a refusal of a write because of its etag says."""

    def recently_deleted(self, target: Target) -> str | None:
        """Return what a refusal of a write soon after a deletion says; None where there is none."""


class FrontDoor:
    """Takes every request, and gives an answer or None for a connection closed without one.

    `sleep` waits for a number of seconds; it is what a latency fault calls.
    """

    def __init__(
        self,
        handlers: Iterable[Handler],
        buckets: Buckets,
        faults: FaultSchedule,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._handlers = {handler.collection: handler for handler in handlers}
        self._buckets = buckets
        self._faults = faults
        self._deletions = _Deletions()
        self._sleep = sleep
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Answer | None:
        """Answer a request, or return None where a fault drops the connection."""
        if request.path.startswith("/_emulator/"):
            return self._report(request)
        answer = self._arm(request)
        outcome = "dropped" if answer is None else str(answer.status)
        with self._lock:
            self._counts[f"{request.method} {outcome}"] += 1
        if answer is None:
            return None
        request_id = str(uuid.uuid4())
        ids = {"x-ms-request-id": request_id, "x-ms-correlation-request-id": request_id}
        if "x-ms-client-request-id" in request.headers:
            ids["x-ms-client-request-id"] = request.headers["x-ms-client-request-id"]
        return replace(answer, headers={**answer.headers, **ids})

    def _arm(self, request: Request) -> Answer | None:
        try:
            target = parse_path(request.path, self._handlers)
        except RefusedError as refused:
            return refused.answer()
        grant = self._buckets.take(target.workspace.subscription, request.method)
        if grant.retry_after is not None:
            return _throttled(grant, target.workspace.subscription)
        verdict = self._faults.judge(
            request.method, request.path, lambda fault: self._can_show(fault, request, target)
        )
        if verdict.delay:
            self._sleep(verdict.delay)
        if verdict.drop == "before":
            return None
        if verdict.status is not None:
            return self._broken(verdict, request, target, grant)
        answer = self._served(request, target, verdict.fault)
        if verdict.late:
            self._sleep(verdict.late)
        if verdict.drop == "after":
            self._count_lost(request, answer)
            return None
        return replace(answer, headers={**grant.headers(), **answer.headers})

    def _served(self, request: Request, target: Target, fault: Fault | None) -> Answer:
        view = NOW
        handler = self._handlers[target.collection]
        if fault is not None:
            if fault.recently_deleted and (why := handler.recently_deleted(target)) is not None:
                self._deletions.refuse(target)
                return error_answer(409, "Conflict", why)
            if fault.unique_names:
                return error_answer(409, "Conflict", "The display name is taken by another rule.")
            view = View(fault.stale_list, fault.lag_seconds or 0.0, fault.repeat_items or 0)
        try:
            answer = handler.answer(request, target, view)
        except RefusedError as refused:
            return refused.answer()
        except StoreError as error:
            return error_answer(500, "InternalServerError", str(error))
        self._deletions.take_note(request.method, target, answer.status)
        return answer

    def _can_show(self, fault: Fault, request: Request, target: Target) -> bool:
        if fault.stale_list:
            return self._handlers[target.collection].can_be_stale(request, target)
        if fault.recently_deleted is not None:
            is_refused = self._handlers[target.collection].recently_deleted(target) is not None
            return is_refused and self._deletions.is_recent(
                request.method, target, fault.recently_deleted
            )
        if fault.unique_names:
            return self._handlers[target.collection].wants_a_taken_name(request, target)
        return self._handlers[target.collection].list_can_show(
            request, target, View(lag=fault.lag_seconds or 0.0, repeat=fault.repeat_items or 0)
        )

    def _broken(self, verdict: Verdict, request: Request, target: Target, grant: Grant) -> Answer:
        status = verdict.status or 500
        retry_after = verdict.fault.retry_after if verdict.fault else None
        message = f"The emulator answers {status} because its faults file says so."
        if status == 409 and request.method == "PUT" and target.name and target.part is None:
            message = self._handlers[target.collection].conflict(target)
        headers = grant.headers()
        if retry_after is not None:
            headers |= retry_after.headers(datetime.now(UTC))
        elif status in _RETRY_AFTER:
            headers["Retry-After"] = _RETRY_AFTER[status]
        return error_answer(status, _CODES.get(status, f"Status{status}"), message, headers)

    def _count_lost(self, request: Request, answer: Answer) -> None:
        if request.method != "GET" and answer.status < 300:
            with self._lock:
                self._counts["answers lost after a commit"] += 1

    def _report(self, request: Request) -> Answer:
        if request.method == "GET" and request.path == "/_emulator/faults":
            return Answer(200, {"faults": self._faults.counts()})
        if request.method == "GET" and request.path == "/_emulator/requests":
            with self._lock:
                return Answer(200, {"requests": dict(sorted(self._counts.items()))})
        return error_answer(
            404, "NotFound", "Only GET /_emulator/faults and /_emulator/requests are here."
        )


class _Deletions:
    """The rules that were deleted since this process began, and how often each was refused since.

    Safe for use by many threads.
    """

    def __init__(self) -> None:
        self._refused: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def take_note(self, method: str, target: Target, status: int) -> None:
        """Take note of a deletion, and of a rule that was made again."""
        if target.name is None or target.part is not None:
            return
        with self._lock:
            if method == "DELETE" and status == 200:
                self._refused[_key(target)] = 0
            elif method == "PUT" and status < 300:
                self._refused.pop(_key(target), None)

    def is_recent(self, method: str, target: Target, times: int) -> bool:
        """Tell whether a write comes soon after a deletion: it was refused less than `times`."""
        if method != "PUT" or target.name is None or target.part is not None:
            return False
        with self._lock:
            return self._refused.get(_key(target), times) < times

    def refuse(self, target: Target) -> None:
        """Count a refusal."""
        with self._lock:
            self._refused[_key(target)] = self._refused.get(_key(target), 0) + 1


def _key(target: Target) -> tuple[str, str]:
    return target.workspace.key, "/".join((*target.collection.path, str(target.name))).lower()


def _throttled(grant: Grant, subscription: str) -> Answer:
    return error_answer(
        429,
        "SubscriptionRequestsThrottled",
        f"Number of '{grant.operation}' requests for subscription '{subscription}' exceeded. "
        f"Please try again after '{grant.retry_after}' seconds after additional tokens are "
        "available. Refer to https://aka.ms/arm-throttling for additional information.",
        grant.headers(),
    )
