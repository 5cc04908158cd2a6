"""Rules of the content that are not live: not deployed yet, or deleted by somebody?

A workspace does not say what it has lost, so the other live rules have to: what is live only since
the content had the absent rule shows that it was deployed. Where nothing shows it either way, a
young addition is taken as waiting for its deployment, for a bounded time.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from generator.deploy.evidence import CLOCKS_DIFFER, Bodies, Evidence, Span, evidence
from generator.deploy.origin import Origin, Source
from generator.deploy.workspace import Workspace
from generator.git.log import Commit
from generator.past.history import History

WAITING = timedelta(days=7)
"""How long the commit that added a rule may wait for its deployment before the rule, if nothing
else tells, counts as missing: time for an approval over a week-end, and a bound on what it hides.
"""

_GONE = "deleted outside, or its deployment did not finish"


def absent_origins(
    absent: Collection[str], desired: Bodies, workspace: Workspace, history: History, now: datetime
) -> dict[str, Origin]:
    """Return the origins of rules that the content has and the workspace lacks. `now` is UTC."""
    shown: dict[tuple[Commit | None, int], Evidence | None] = {}
    origins = {}
    for key, addition in _additions(absent, history).items():
        place = (addition.before, len(addition.since))
        if place not in shown:
            shown[place] = evidence(addition, desired, workspace, history)
        origins[key] = _origin(addition, shown[place], now)
    return origins


def _additions(absent: Collection[str], history: History) -> dict[str, Span]:
    found: dict[str, Span] = {}
    waiting = set(absent)
    for index, commit in enumerate(history.mainline):
        if not waiting:
            return found
        for key, past in history.rules(commit, waiting).items():
            if past.is_readable and past.body is None:
                waiting.discard(key)
                found[key] = Span(history.mainline[:index], commit)
    for key in waiting:
        found[key] = Span(history.mainline, None)
    return found


def _origin(addition: Span, told: Evidence | None, now: datetime) -> Origin:
    if told is None:
        return Origin(Source.UNKNOWN, f"{_GONE}: in the content as far back as was looked")
    added = addition.begins
    by = "not committed yet" if added is None else f"added by {added.short}"
    at = () if added is None else (added.hash, f"{added.made:%Y-%m-%dT%H:%M:%SZ}")
    if told.deployed is not None:
        shown = f"rule {told.deployed} is live as it was only since then"
        return Origin(Source.UNKNOWN, f"{_GONE}: {by}, and {shown}", *at)
    if told.behind is not None:
        shown = f"rule {told.behind} is live as it was before"
        return Origin(Source.REPOSITORY, f"not deployed: {by}, and {shown}", *at)
    untold = f"{by}; nothing tells whether it was ever live"
    if added is None or -CLOCKS_DIFFER <= now - added.made < WAITING:
        return Origin(Source.REPOSITORY, untold, *at)
    return Origin(Source.UNKNOWN, f"{untold}, for more than {WAITING.days} days", *at)
