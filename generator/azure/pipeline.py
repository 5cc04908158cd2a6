"""The SDK's request pipeline as a deployment needs it: one endpoint, bounded waiting, no detours.

Left out of the SDK's usual pipeline on purpose: following redirects (a token would travel with
them), and registering resource providers (we call alert rules and their actions, nothing else).
"""

from __future__ import annotations

import threading
import time
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from azure.core.credentials import TokenCredential
from azure.core.exceptions import (
    DecodeError,
    IncompleteReadError,
    ServiceResponseTimeoutError,
)
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import (
    ContentDecodePolicy,
    CustomHookPolicy,
    HeadersPolicy,
    RequestHistory,
    RequestIdPolicy,
    RetryPolicy,
    SansIOHTTPPolicy,
    UserAgentPolicy,
)
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy, ARMHttpLoggingPolicy

from generator import __version__
from generator.azure.endpoint_guard import EndpointGuard
from generator.azure.errors import UnintelligibleError
from generator.azure.pacing import (
    LONGEST_WAIT,
    THROTTLED_BUDGET,
    TOO_MANY_REQUESTS,
    Pacing,
    PacingPolicy,
    retry_after,
)
from generator.tenants.tenant import Target

BACKOFF_FACTOR = 0.5
LONGEST_BACKOFF = 8.0
FAILING_BUDGET = 45.0
"""Seconds for which an operation is tried again while the service fails (408 and 5xx)."""


_LISTS = ("/alertrules", "/actions")


class SameEndpointPolicy(SansIOHTTPPolicy):  # type: ignore[type-arg]
    """Refuses a request that leaves the alert rules of the target's workspace.

    It stands before the login, so that a strange link gets no token.
    """

    def __init__(self, guard: EndpointGuard) -> None:
        self._guard = guard

    def on_request(self, request: PipelineRequest) -> None:  # type: ignore[type-arg]
        """Raise UnintelligibleError when the request would go elsewhere."""
        self._guard.check(request.http_request.url)


class WholeListPolicy(SansIOHTTPPolicy):  # type: ignore[type-arg]
    """Refuses a list that holds no list.

    The SDK takes a missing `value` for an empty one, and a workspace that seems empty is what a
    plan would fill and a snapshot would keep.
    """

    def on_response(self, request: PipelineRequest, response: PipelineResponse) -> None:  # type: ignore[type-arg]
        """Raise UnintelligibleError for a page of a list without `value`."""
        called = request.http_request
        path = urlsplit(called.url).path.rstrip("/").lower()
        if called.method != "GET" or response.http_response.status_code != HTTPStatus.OK:
            return
        if path.endswith(_LISTS):
            page = response.context.get(ContentDecodePolicy.CONTEXT_NAME)
            if not isinstance(page, dict) or not isinstance(page.get("value"), list):
                raise UnintelligibleError("the service answers a list that is none (no `value`)")


class PatientRetryPolicy(RetryPolicy):  # type: ignore[type-arg]
    """The SDK's retries, bounded in time, for 408, 429 and 5xx only.

    The SDK would retry any error that carries Retry-After, conflicts among them, and would wait as
    long as the service says. After `stop` is set nothing is tried again.
    """

    def __init__(self, stop: threading.Event, **options: Any) -> None:
        super().__init__(**options)
        self._stop = stop

    def configure_retries(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return the settings of one operation, with the time at which it began."""
        return super().configure_retries(options) | {"began": time.monotonic()}

    def get_retry_after(self, response: PipelineResponse) -> float | None:  # type: ignore[type-arg]
        """Return the seconds that an answer asks to wait; what is unusable asks for nothing."""
        return retry_after(response.http_response.headers)

    def is_retry(
        self,
        settings: dict[str, Any],
        response: PipelineResponse,  # type: ignore[type-arg]
    ) -> bool:
        """Tell whether an answer is worth another attempt."""
        status = response.http_response.status_code
        if status not in {408, TOO_MANY_REQUESTS} and status < 500:
            return False
        wait = self.get_retry_after(response)
        if wait is None:
            wait = self.get_backoff_time(settings)
        budget = THROTTLED_BUDGET if status == TOO_MANY_REQUESTS else FAILING_BUDGET
        if self._stop.is_set():
            return False
        if wait > LONGEST_WAIT or time.monotonic() - settings["began"] + wait > budget:
            return False
        return bool(super().is_retry(settings, response))

    def increment(
        self, settings: dict[str, Any], response: Any = None, error: Exception | None = None
    ) -> bool:
        """Count an attempt; being throttled is bounded by time alone."""
        late = error is not None and time.monotonic() - settings["began"] > FAILING_BUDGET
        if late or self._stop.is_set() or _may_still_be_done(response, error):
            return False
        if error is not None and not (
            self._is_connection_error(error) or self._is_read_error(error)
        ):
            # An answer that is cut or cannot be decoded is neither to the SDK, which would ask ten
            # times for it without a pause.
            settings["read"] -= 1
            settings["history"].append(RequestHistory(_request_of(response), error=error))
        going_on = bool(super().increment(settings, response=response, error=error))
        if (
            going_on
            and isinstance(response, PipelineResponse)
            and response.http_response.status_code == TOO_MANY_REQUESTS
        ):
            settings["total"] += 1
            settings["status"] += 1
        return going_on


def _may_still_be_done(request: Any, error: Exception | None) -> bool:
    """Tell whether a PUT had no answer in time, or one that cannot be read.

    The service may do it yet, or has done it, so it is not repeated. The SDK hands in the request
    where there is no answer. Whether it was done is seen by reading.
    """
    unread = isinstance(error, ServiceResponseTimeoutError | IncompleteReadError | DecodeError)
    return unread and _request_of(request).method == "PUT"


def _request_of(exchange: Any) -> Any:
    """Return the HTTP request of what the SDK hands in, a request or a response."""
    return exchange.http_request


def retry_policy(stop: threading.Event) -> PatientRetryPolicy:
    """Return the retries of all operations: a dead service is known within a minute."""
    return PatientRetryPolicy(
        stop,
        retry_total=9,
        retry_status=9,
        retry_connect=1,
        retry_read=3,
        retry_backoff_factor=BACKOFF_FACTOR,
        retry_backoff_max=LONGEST_BACKOFF,
    )


def policies_for(
    target: Target,
    credential: TokenCredential,
    pacing: Pacing,
    stop: threading.Event,
    guard: EndpointGuard,
) -> list[Any]:
    """Return the pipeline of one client. A loopback target's has no authentication at all."""
    login = (
        []
        if target.cloud.is_loopback
        else [ARMChallengeAuthenticationPolicy(credential, target.cloud.scope or "")]
    )
    return [
        SameEndpointPolicy(guard),
        WholeListPolicy(),
        RequestIdPolicy(),
        HeadersPolicy(),
        UserAgentPolicy(f"sentinelgen/{__version__}"),
        ContentDecodePolicy(),
        retry_policy(stop),
        PacingPolicy(pacing),
        *login,
        CustomHookPolicy(),
        ARMHttpLoggingPolicy(),
    ]
