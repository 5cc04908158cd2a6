"""Reading back what a deployment has written, before it is called done.

One list answers for nearly all rules. A read right after a write can still show the old state
(terraform-provider-azurerm issue 21231), so what the list shows otherwise is read a few more times
by itself, with growing pauses, before the write counts as failed. All times are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from generator.azure.errors import GoneError, ServiceError
from generator.deploy.plan import ActionKind
from generator.deploy.results import Outcome, Result
from generator.deploy.workspace import LiveRule, live_rule, read_workspace
from generator.deploy.write_rule import Writing
from generator.kinds.kind import LiveApi

PAUSES = (0.25, 0.75, 1.5, 3.0)

_UNREAD = "not read back"


@dataclass(frozen=True, slots=True)
class Verified:
    """Results as the workspace bears them out. `unseen` are rules of ours that no result is of."""

    results: tuple[Result, ...]
    unseen: tuple[str, ...]


def verify(
    client: LiveApi,
    results: Sequence[Result],
    writing: Writing,
    *,
    owned: frozenset[str],
    concurrency: int,
) -> Verified:
    """Return the results with those corrected that the workspace does not bear out.

    A write whose answer was lost becomes done when the rule is there as desired. Where nothing was
    written this is the second list, with which the one that was planned on has to agree.
    """
    try:
        workspace = read_workspace(client.listed(), owned, client.kind)
    except ServiceError as error:
        unread = (
            replace(result, outcome=Outcome.FAILED, error=f"{_UNREAD}: {error}")
            if _counts(result) and result.is_good
            else result
            for result in results
        )
        return Verified(tuple(unread), ())

    def checked(result: Result) -> Result:
        if not _counts(result):
            return result
        key = result.action.id.casefold()
        listed = workspace.ours.get(key)
        is_shown = _borne_out(result, None if listed is None else listed.body, writing)
        if is_shown and key not in workspace.ambiguous:
            return _good(result)
        return _read_again(client, result, listed, writing)

    with ThreadPoolExecutor(concurrency, thread_name_prefix="verify") as pool:
        checked_results = tuple(pool.map(checked, results))
    named = {result.action.id.casefold() for result in results}
    unseen = (rule.id for key, rule in workspace.ours.items() if key not in named)
    return Verified(checked_results, tuple(name for name in unseen if _is_there(client, name)))


def _is_there(client: LiveApi, name: str) -> bool:
    """Tell whether a listed rule may be live: a list may still show what was deleted before."""
    try:
        client.get(name)
    except GoneError:
        return False
    except ServiceError:
        return True
    return True


def _counts(result: Result) -> bool:
    """Tell whether a result claims, or may hide, something that a read can show."""
    if result.action.action is ActionKind.ORPHAN:
        return False
    return result.is_good or result.answer_lost


def _borne_out(result: Result, live: Mapping[str, Any] | None, writing: Writing) -> bool:
    desired = result.action.desired
    if live is None or desired is None:
        return live is None and desired is None
    # What the answer to our own write showed is no news; anything else is somebody's change.
    return all(change in result.filled_in for change in writing.left_to_do(result.action, live))


def _is_overtaken(live: Mapping[str, Any] | None, listed: LiveRule | None) -> bool:
    """Tell whether a list shows a later version of a rule than the rule itself says it is."""
    if live is None or listed is None:
        return False
    written = live_rule(listed.id, live, listed.content_kind).written
    return listed.written is not None and written is not None and listed.written > written


def _good(result: Result) -> Result:
    if result.is_good:
        return result
    return replace(result, outcome=Outcome.DONE, error=None)


def _read_again(
    client: LiveApi, result: Result, listed: LiveRule | None, writing: Writing
) -> Result:
    error = ""
    for pause in PAUSES:
        client.stop.wait(pause)
        live: Mapping[str, Any] | None
        try:
            live = client.get(result.action.id)
        except GoneError:
            live = None
        except ServiceError as failure:
            error = f"{_UNREAD}: {failure}"
            continue
        if _borne_out(result, live, writing) and not _is_overtaken(live, listed):
            return _good(result)
        error = "the service still shows something else than was written"
    if result.outcome is Outcome.UNCHANGED and not error.startswith(_UNREAD):
        return replace(
            result, outcome=Outcome.REFUSED, error="somebody changed this rule in the meantime"
        )
    if result.answer_lost:
        return result
    return replace(result, outcome=Outcome.FAILED, error=error)
