"""Which etags let a write go on: the body's, that the service compares, and If-Match.

A mismatch in the body is 409, in a header 412. Quotes and a weak prefix do not matter; `*` matches
whatever is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.emulator.messages import RefusedError
from generator.emulator.resource_ids import Workspace


def require_headers(headers: Mapping[str, str], current: str | None) -> None:
    """Raise RefusedError (412) unless If-Match and If-None-Match hold. None: nothing is there."""
    wanted = headers.get("if-match")
    if wanted is not None and not matches(wanted, current):
        raise _precondition_failed("If-Match")
    unwanted = headers.get("if-none-match")
    if unwanted is not None and matches(unwanted, current):
        raise _precondition_failed("If-None-Match")


def require_body_etag(
    body: Mapping[str, Any], current: str | None, name: str, workspace: Workspace
) -> None:
    """Raise RefusedError (409) where the body carries an etag that is not the current one.

    That a rule which is gone is refused as well is not recorded of the live service.
    """
    etag = body.get("etag")
    if etag is None or etag == "":
        return
    if not isinstance(etag, str) or not matches(etag, current):
        raise workspace.newer_instance(name)


def matches(header: str, current: str | None) -> bool:
    """Tell whether one of the etags of a header, or `*`, is the current one."""
    if current is None:
        return False
    candidates = [_opaque(part) for part in header.split(",")]
    return "*" in candidates or _opaque(current) in candidates


def _opaque(etag: str) -> str:
    return etag.strip().removeprefix("W/").strip('"')


def _precondition_failed(header: str) -> RefusedError:
    return RefusedError(
        412, "PreconditionFailed", f"The condition in the {header} header is not met."
    )
