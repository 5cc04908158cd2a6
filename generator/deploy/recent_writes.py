"""What was written from here a short time ago, so that a list which lags behind is not believed.

Kept in the user's sealed cache beside the content, one small file per workspace. It says only which
rules are asked for one by one: nothing in it is ever taken for what a workspace holds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from generator.deploy.plan import Action, ActionKind
from generator.deploy.results import Outcome, Result
from generator.disk.atomic_files import replace_files
from generator.disk.private_cache import PrivateCache
from generator.disk.regular_files import open_regular
from generator.disk.untrusted_json import parse_json

MEMORY = 600.0
"""Seconds for which a write is remembered; lists have been seen to lag for seconds to minutes."""

MAX_BYTES = 1024 * 1024
"""Of the file; 512 rules take less than a tenth of it."""


@dataclass(frozen=True, slots=True)
class Write:
    """A write from here at a time (seconds since the epoch).

    `etag` is what the service answered, None after a deletion. Where the answer was lost or is yet
    to come, `is_known` is False.
    """

    at: float
    etag: str | None = None
    is_known: bool = False

    def explains(self, listed: str | None) -> bool:
        """Tell whether a list that shows this etag (None: no rule) is as new as the write."""
        return self.is_known and self.etag == listed


Writes = Mapping[str, Write]
"""By lower-case id."""


def recall(cache: PrivateCache | None, workspace_id: str, now: float) -> Writes:
    """Return the writes of the last ten minutes.

    What cannot be read, such as what another version wrote, is no record.
    """
    if cache is None:
        return {}
    name = _name(workspace_id)
    try:
        with open_regular(cache.folder / name) as file:
            sealed = file.read(MAX_BYTES + 1)
        value = cache.unseal(name, sealed) if len(sealed) <= MAX_BYTES else None
        document = {} if value is None else parse_json(value.decode("utf-8"))
        writes = {key: _write(members) for key, members in document.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
    return {key: write for key, write in writes.items() if abs(now - write.at) < MEMORY}


def remember(
    cache: PrivateCache | None,
    workspace_id: str,
    writes: Mapping[str, Write | None],
    now: float,
) -> Writes:
    """Add writes to those that are remembered, or take them out (None); return those from before.

    Where nothing can be kept, nothing is.
    """
    if cache is None or not writes:
        return {}
    before = recall(cache, workspace_id, now)
    changed = {**before, **writes}
    kept = {key: write for key, write in changed.items() if write is not None}
    document = {key: [write.at, write.etag, write.is_known] for key, write in kept.items()}
    name = _name(workspace_id)
    try:
        cache.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sealed = cache.seal(name, json.dumps(document).encode())
        replace_files({cache.folder / name: [sealed]}, private=True)
    except OSError:
        return before
    return before


def begun(actions: Iterable[Action], now: float) -> Writes:
    """Return the writes that a plan is about to make."""
    return {action.id.casefold(): Write(now) for action in actions if action.writes}


def made(results: Iterable[Result], now: float) -> Writes:
    """Return the writes of a deployment, as far as they may have been made."""
    return {
        result.action.id.casefold(): Write(now, result.etag, is_known=_is_known(result))
        for result in results
        if result.action.writes and result.outcome in {Outcome.DONE, Outcome.FAILED}
    }


def _is_known(result: Result) -> bool:
    deleted = result.action.action is ActionKind.DELETE
    return result.outcome is Outcome.DONE and deleted == (result.etag is None)


def _name(workspace_id: str) -> str:
    digest = hashlib.sha256(workspace_id.casefold().encode()).hexdigest()
    return f"recent-writes-{digest[:32]}"


def _write(members: Any) -> Write:
    at, etag, is_known = members
    if not (
        type(at) is float and (etag is None or isinstance(etag, str)) and isinstance(is_known, bool)
    ):
        raise TypeError("a record of another version")
    return Write(at, etag, is_known)
