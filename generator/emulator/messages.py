"""What travels between the socket and the service: requests, answers and ARM's error bodies.

No HTTP parsing and no knowledge of rules belongs here, so that every part can be tested without a
socket.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_DEEPEST = 64
"""Levels of nesting in a body: far above what a rule has, far below what recursion allows."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `path` is as sent (percent-encoded), header names are lower case.

    Query names are lower case too. `host` is the Host header; only `nextLink` is built from it.
    An Authorization header is never part of a request here.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    host: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a JSON document; None means a body of no bytes."""

    status: int
    document: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        """Return the body as sent: JSON in ASCII, so that lone surrogates survive as escapes."""
        if self.document is None:
            return b""
        return json.dumps(self.document, separators=(",", ":")).encode("ascii")


class RefusedError(Exception):
    """A request that ends with an ARM error body: `{"error": {"code", "message"}}`."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def answer(self, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the error as the answer to send."""
        document = {"error": {"code": self.code, "message": self.message}}
        return Answer(self.status, document, headers or {})


def error_answer(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None
) -> Answer:
    """Return an answer that carries an ARM error body."""
    return RefusedError(status, code, message).answer(headers)


def read_json_object(body: bytes) -> dict[str, Any]:
    """Read a request body. Raises RefusedError (400) unless it is one JSON object in UTF-8."""
    try:
        document = json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise RefusedError(
            400,
            "InvalidRequestContent",
            f"The request content was invalid and could not be deserialized: '{error}'.",
        ) from error
    if not isinstance(document, dict):
        raise RefusedError(
            400,
            "InvalidRequestContent",
            "The request content was invalid and could not be deserialized: "
            "'the body must be a JSON object'.",
        )
    if _is_deeper(document, _DEEPEST):
        raise RefusedError(
            400,
            "InvalidRequestContent",
            "The request content was invalid and could not be deserialized: "
            f"'nested deeper than {_DEEPEST} levels'.",
        )
    return document


def _is_deeper(document: Any, levels: int) -> bool:
    values = [document]
    for _ in range(levels):
        values = [
            child
            for value in values
            if isinstance(value, dict | list)
            for child in (value.values() if isinstance(value, dict) else value)
        ]
        if not values:
            return False
    return True


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
