"""Rules of the content that are not live: not deployed yet, or deleted by somebody?

A workspace does not say what it has lost, so the other live rules have to: what is live only since
the content had the absent rule shows that it was deployed. Where nothing shows it either way, a
young addition is taken as waiting for its deployment, for a bounded time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from generator.deploy.normalise import same_rule
from generator.deploy.origin import Origin, Source
from generator.deploy.workspace import Workspace, switched
from generator.git.log import Commit
from generator.past.history import History, PastRule

WAITING = timedelta(days=7)
"""How long the commit that added a rule may wait for its deployment before the rule, if nothing
else tells, counts as missing: time for an approval over a week-end, and a bound on what it hides.
"""

_GONE = "deleted outside, or its deployment did not finish"
_CLOCKS_DIFFER = timedelta(hours=1)
Bodies = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Addition:
    """Since when the content has a rule: `since` is empty for one that is not committed.

    `since` are the commits that have it, newest first, up to the one that added it. `before` is
    the commit before that; None where none is known at which it was not there.
    """

    since: tuple[Commit, ...]
    before: Commit | None


def absent_origins(
    absent: Collection[str], desired: Bodies, workspace: Workspace, history: History, now: datetime
) -> dict[str, Origin]:
    """Return the origins of rules that the content has and the workspace lacks. `now` is UTC."""
    evidence: dict[tuple[Commit | None, int], _Evidence | None] = {}
    origins = {}
    for key, addition in _additions(absent, history).items():
        place = (addition.before, len(addition.since))
        if place not in evidence:
            evidence[place] = _evidence(addition, desired, workspace, history)
        origins[key] = _origin(addition, evidence[place], now)
    return origins


def _additions(absent: Collection[str], history: History) -> dict[str, _Addition]:
    found: dict[str, _Addition] = {}
    waiting = set(absent)
    for index, commit in enumerate(history.mainline):
        if not waiting:
            return found
        for key, past in history.rules(commit, waiting).items():
            if past.is_readable and past.body is None:
                waiting.discard(key)
                found[key] = _Addition(history.mainline[:index], commit)
    for key in waiting:
        found[key] = _Addition(history.mainline, None)
    return found


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Ids of live rules that show that a commit since was deployed, or that none was."""

    deployed: str | None
    behind: str | None


def _evidence(
    addition: _Addition, desired: Bodies, workspace: Workspace, history: History
) -> _Evidence | None:
    if addition.before is None:
        return None
    before = history.rules(addition.before, workspace.ours)
    changed = {
        key for key, past in before.items() if past.is_readable and not _is(workspace, key, past)
    }
    if deployed := min(
        (key for key in changed if key in desired and _is(workspace, key, PastRule(desired[key]))),
        default=None,
    ):
        return _Evidence(deployed, None)
    as_before = {key for key, past in before.items() if past.body and key not in changed}
    behind = {key for key in as_before if key in desired}
    behind = {key for key in behind if not _is(workspace, key, PastRule(desired[key]))}
    for commit in addition.since:
        if not changed and not behind:
            break
        then = history.rules(commit, changed | behind)
        if deployed := min(
            (key for key in changed if then[key].body and _is(workspace, key, then[key])),
            default=None,
        ):
            return _Evidence(deployed, None)
        behind = {key for key in behind if not _is(workspace, key, then[key])}
    return _Evidence(None, min(behind, default=None))


def _is(workspace: Workspace, key: str, past: PastRule) -> bool:
    """Tell whether a live rule is as it was, whoever switched it off since."""
    live = workspace.ours[key].body
    return past.body is not None and any(
        same_rule(body, past.body) for body in (live, switched(live, enabled=True))
    )


def _origin(addition: _Addition, evidence: _Evidence | None, now: datetime) -> Origin:
    if evidence is None:
        return Origin(Source.UNKNOWN, f"{_GONE}: in the content as far back as was looked")
    added = addition.since[-1] if addition.since else None
    by = "not committed yet" if added is None else f"added by {added.short}"
    at = () if added is None else (added.hash, f"{added.made:%Y-%m-%dT%H:%M:%SZ}")
    if evidence.deployed is not None:
        shown = f"rule {evidence.deployed} is live as it was only since then"
        return Origin(Source.UNKNOWN, f"{_GONE}: {by}, and {shown}", *at)
    if evidence.behind is not None:
        shown = f"rule {evidence.behind} is live as it was before"
        return Origin(Source.REPOSITORY, f"not deployed: {by}, and {shown}", *at)
    untold = f"{by}; nothing tells whether it was ever live"
    if added is None or -_CLOCKS_DIFFER <= now - added.made < WAITING:
        return Origin(Source.REPOSITORY, untold, *at)
    return Origin(Source.UNKNOWN, f"{untold}, for more than {WAITING.days} days", *at)
