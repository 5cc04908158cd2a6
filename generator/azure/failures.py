"""What the SDK raises, as errors of ours with a sentence that helps.

Messages of the service are repeated only after redaction, on one line and bounded.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    DecodeError,
    HttpResponseError,
    ServiceRequestError,
    ServiceRequestTimeoutError,
    ServiceResponseError,
    ServiceResponseTimeoutError,
)

from generator.azure.errors import (
    ConflictError,
    ForbiddenError,
    GoneError,
    InvalidError,
    RecentlyDeletedError,
    ServiceError,
    ThrottledError,
    UnansweredError,
    UnintelligibleError,
    UnreachableError,
    printable,
)
from generator.azure.redaction import SECRETS

OVERRIDE = "SENTINELGEN_API_VERSION"
"""The environment variable that names the API version of every request."""

_UNKNOWN_VERSION = frozenset(
    {
        "invalidapiversionparameter",
        "invalidresourcetype",
        "noregisteredproviderfound",
        "unsupportedapiversion",
    }
)
"""Codes of Azure Resource Manager for a version that a cloud or its provider does not have."""

MAX_DETAILS = 5
"""Details of an error that are repeated to the user."""

_LONGEST_LOGIN_MESSAGE = 20_000
_LONGEST_LOGIN_REASON = 1_500
_LOGIN = re.compile(r"^\t(\w+): (.*(?:\n(?![\t]|To mitigate).*)*)", re.MULTILINE)
_TROUBLESHOOTING = re.compile(
    r"(?:Visit|See the troubleshooting|To mitigate)\b[^\n]*?https?://\S+"
    r"(?: to troubleshoot this issue\.)?"
)
_NOT_SET_UP = ("authentication unavailable", "not found on path", "not installed")

_REQUEST_IDS = ("x-ms-correlation-request-id", "x-ms-request-id")
_REQUEST_ID = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)
_WORKSPACE = re.compile(r"Microsoft\.OperationalInsights/workspaces(?!.*alertRules)", re.IGNORECASE)
"""In what Azure Resource Manager says where the workspace itself is not there: no rule is gone."""
_RECENTLY_DELETED = re.compile(r"(recently[\s-]+deleted|deleted[\s-]+recently)", re.IGNORECASE)


def service_error(error: AzureError, api_version: str) -> ServiceError:
    """Return the error of ours that says what an error of the SDK means.

    `api_version` is the one that the request asked for.
    """
    if isinstance(error, DecodeError):
        return UnintelligibleError("the service's answer is broken: it is not JSON")
    if isinstance(error, ClientAuthenticationError) and error.response is None:
        return ForbiddenError(
            "no login for Azure: run `az login` (in GitHub Actions: azure/login with OIDC), or set "
            f"the variables of azure-identity. It says: {_login_reason(str(error.message))}"
        )
    if isinstance(error, HttpResponseError) and error.response is not None:
        return _unknown_version(error, api_version) or _of_status(error)
    if isinstance(error, ServiceResponseTimeoutError):
        return UnansweredError(f"the service cannot be reached: {_network_reason(error)}")
    if isinstance(error, (ServiceRequestError, ServiceResponseError)):
        return UnreachableError(f"the service cannot be reached: {_network_reason(error)}")
    return UnreachableError(f"the request failed: {_clean(str(error))}")


def _unknown_version(error: HttpResponseError, api_version: str) -> ServiceError | None:
    if _code(error).casefold() not in _UNKNOWN_VERSION:
        return None
    return InvalidError(
        f"this cloud does not know API version {api_version}: set {OVERRIDE} to one that it has. "
        f"It says: {_service_message(error)}"
    )


def _of_status(error: HttpResponseError) -> ServiceError:
    status = error.status_code or 0
    said = _service_message(error)
    if 300 <= status < 400:
        return UnintelligibleError(
            f"the service redirects to {_redirect_host(error)}; not followed"
        )
    if status in {400, 409} and _RECENTLY_DELETED.search(said):
        return RecentlyDeletedError(f"a rule with this id was deleted recently, try later: {said}")
    meaning = _OF_CODE.get(_code(error))
    if _code(error) == "ResourceNotFound" and _WORKSPACE.search(said):
        meaning = _NO_TARGET
    if meaning is not None:
        kind, sentence = meaning
        return kind(sentence.format(said=said))
    if status == 409 and _code(error) not in _CONFLICTS:
        return ConflictError(f"the service refuses this as a conflict: {said}")
    if status == 408 or status >= 500:
        return UnreachableError(f"the service keeps failing with {status}: {said}")
    kind, sentence = _MEANINGS.get(
        status, (InvalidError, "the service refuses this ({status}): {said}")
    )
    return kind(sentence.format(status=status, said=said))


_MEANINGS: dict[int, tuple[type[ServiceError], str]] = {
    401: (
        ForbiddenError,
        (
            "the login is not accepted ({said}): log in to the tenant of the target again, "
            "for example with `az login --tenant TENANT`"
        ),
    ),
    403: (
        ForbiddenError,
        (
            "the login lacks a role on the workspace: Microsoft Sentinel Contributor to deploy, "
            "Microsoft Sentinel Reader to plan ({said})"
        ),
    ),
    404: (GoneError, "{said}"),
    409: (ConflictError, "the rule has changed meanwhile ({status}): {said}"),
    412: (ConflictError, "the rule has changed meanwhile ({status}): {said}"),
    429: (ThrottledError, "the service throttles for longer than we wait: {said}"),
}


_CONFLICTS = {"", "Conflict", "PreconditionFailed"}
"""Codes of a 409 that say no more than that (recorded from the service)."""

_READ_ONLY = (
    InvalidError,
    "the subscription is disabled, so that nothing in it can be written: {said}",
)
_LOCKED = (
    InvalidError,
    "a lock forbids this: whoever owns the resource group removes it, or deploys elsewhere: {said}",
)
_UNREGISTERED = (
    InvalidError,
    (
        "the subscription is not registered for Microsoft Sentinel: an owner runs `az provider "
        "register --namespace Microsoft.SecurityInsights`: {said}"
    ),
)
_NO_TARGET = (
    InvalidError,
    (
        "the target is not there: subscriptionId or resourceGroup in tenants/NAME.yaml is wrong, "
        "or the login does not see it: {said}"
    ),
)
_DENIED = (
    ForbiddenError,
    "a deny assignment (of a deployment stack, say) forbids this, whatever the role: {said}",
)
_OF_CODE: dict[str, tuple[type[ServiceError], str]] = {
    "ScopeLocked": _LOCKED,
    "MissingSubscriptionRegistration": _UNREGISTERED,
    "SubscriptionNotRegistered": _UNREGISTERED,
    "ReadOnlyDisabledSubscription": _READ_ONLY,
    "SubscriptionNotFound": _NO_TARGET,
    "InvalidSubscriptionId": _NO_TARGET,
    "ResourceGroupNotFound": _NO_TARGET,
    "DenyAssignmentAuthorizationFailed": _DENIED,
    "RequestDisallowedByPolicy": (
        ForbiddenError,
        "a policy of the subscription forbids this: {said}",
    ),
}
"""What Azure Resource Manager itself refuses, whatever rule it is about, by its code (Microsoft
Learn: Troubleshoot common Azure deployment errors)."""


def _code(error: HttpResponseError) -> str:
    return str(getattr(getattr(error, "error", None), "code", None) or "")


def _service_message(error: HttpResponseError) -> str:
    said = _described(getattr(error, "error", None))
    if said is None:
        said = "no message" if not error.reason else _clean(str(error.reason))
    return f"{said}{_details(error)}{_request_ids(error)}"


def _described(described: Any) -> str | None:
    code, message = getattr(described, "code", None), getattr(described, "message", None)
    if not message:
        return None
    return _clean(f"{code}: {message}" if code else str(message))


def _details(error: HttpResponseError) -> str:
    """Return what ARM says in `details`, which often is the only place that tells the cause."""
    details = getattr(getattr(error, "error", None), "details", None)
    if not isinstance(details, list):
        return ""
    told = [text for detail in details[:MAX_DETAILS] if (text := _described(detail))]
    return f" [{_clean('; '.join(told))}]" if told else ""


def _request_ids(error: HttpResponseError) -> str:
    """Return the ids by which Microsoft's support finds a request."""
    headers = getattr(error.response, "headers", {})
    told = [
        f"{name.removeprefix('x-ms-')} {value}"
        for name in _REQUEST_IDS
        if _REQUEST_ID.fullmatch(value := str(headers.get(name, "")))
    ]
    return f" ({', '.join(told)})" if told else ""


def _network_reason(error: AzureError) -> str:
    if isinstance(error, ServiceRequestTimeoutError):
        return "no connection in time"
    if isinstance(error, ServiceResponseTimeoutError):
        return "no answer in time"
    if "timed out" in str(error.message):
        return "no complete answer in time"
    inner: BaseException | None = error.inner_exception
    while inner is not None:
        if isinstance(inner, OSError) and inner.strerror:
            return _clean(inner.strerror)
        following = inner.__cause__ or inner.__context__ or getattr(inner, "reason", None)
        if following is None and inner.args and isinstance(inner.args[0], BaseException):
            following = inner.args[0]
        inner = following if isinstance(following, BaseException) else None
    # The texts of requests hold object addresses, which nobody needs.
    return _clean(re.sub(r"<[^<>]* at 0x[0-9a-f]+>:?", "", str(error.message)))


def _login_reason(message: str) -> str:
    """Return what a chain of logins says, that of the one which was set up and failed first.

    azure-identity's text has a line for each login, most of which say that they are not set up.
    """
    said = [
        f"{name}: {_clean(_TROUBLESHOOTING.sub('', text))}"
        for name, text in _LOGIN.findall(message[:_LONGEST_LOGIN_MESSAGE])
    ]
    said.sort(key=lambda one: any(phrase in one for phrase in _NOT_SET_UP))
    return printable("; ".join(said), _LONGEST_LOGIN_REASON) if said else _clean(message)


def _clean(text: str) -> str:
    return printable(SECRETS.redact(text))


def _redirect_host(error: HttpResponseError) -> str:
    headers = getattr(error.response, "headers", {})
    try:
        host = urlsplit(headers.get("Location", "")).hostname
    except ValueError:
        host = None
    return printable(host or "", 100) or "elsewhere"
