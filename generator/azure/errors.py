"""What can go wrong between us and a workspace, as one type each.

Messages are made for users: they say what to do, are bounded in length, hold no control characters
and never a token or any other part of a request.
"""

from __future__ import annotations

from generator.text.safe_text import one_line

MAX_MESSAGE = 500
"""Characters of a service's own message that are repeated to the user."""


class LoginSettingsError(Exception):
    """The environment asks azure-identity for a login that it does not have."""


class ServiceError(Exception):
    """The service did not do what it was asked to."""


class UnreachableError(ServiceError):
    """Nobody answered, or the service kept failing until the retries were used up."""


class UnansweredError(UnreachableError):
    """There was no answer in time to a request that was sent: it may be done, or be done yet."""


class ForbiddenError(ServiceError):
    """No login, or a login without the role that this needs."""


class ThrottledError(ServiceError):
    """The service asked us to slow down more often, or for longer, than we wait."""


class ConflictError(ServiceError):
    """The rule is not in the state that the request assumed (409 or 412)."""


class RecentlyDeletedError(ServiceError):
    """A rule with this id was deleted a short time ago and the id is not free yet."""


class GoneError(ServiceError):
    """There is no such rule."""


class InvalidError(ServiceError):
    """The service refuses the request as it is; the message is the service's own."""


class UnintelligibleError(ServiceError):
    """The answer is not what this API answers: broken JSON, a web page, a redirect, a loop."""


class UnaddressableError(UnintelligibleError):
    """A rule has a name that cannot be part of an address, so it cannot be asked for."""


def printable(text: str, limit: int = MAX_MESSAGE) -> str:
    """Return text of a service fit for a message: one line of at most `limit` characters."""
    return one_line(text, limit)
