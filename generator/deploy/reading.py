"""Reading a workspace so that a list which lags behind is not taken for what is there.

A list answers for nearly all rules. What was written from here a short time ago, what two lists
show differently and what comes without an etag is asked for one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from generator.azure.errors import GoneError
from generator.deploy.recent_writes import Writes
from generator.deploy.workspace import LiveRule, Workspace, live_rule, read_workspace
from generator.kinds.kind import Key, LiveApi

CONCURRENCY = 8

UNSHOWN_PAUSES = (0.5, 1.0, 2.0)
"""Seconds before each further look for a rule that is said to be gone, although it was written from
here a short time ago or a list shows it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a workspace is read.

    `recent` are writes from here; where there are none and `twice` is set, two lists have to agree,
    which is for whoever reads no second list later. `suspects` are a few of ours, by kind and
    lower-case id, that a deployment from elsewhere has most likely written last: they are asked
    for, and where the list shows another state of one, so is every other. `sure` asks for each rule
    that would be called unchanged.
    """

    recent: Writes = field(default_factory=dict)
    suspects: Collection[Key] = ()
    twice: bool = False
    sure: bool = False


def read_now(client: LiveApi, owned: Collection[str], reading: Reading) -> Workspace:
    """Return what a workspace holds of a kind. Raises ServiceError."""
    workspace = read_workspace(client.listed(), owned, client.kind)
    doubtful = {
        key
        for key, write in reading.recent.items()
        if key in owned and not write.explains(_etag(workspace, key))
    }
    latest = workspace
    if reading.twice and not reading.recent:
        latest = again = read_workspace(client.listed(), owned, client.kind)
        doubtful |= {
            key
            for key in workspace.ours.keys() | again.ours.keys()
            if _etag(workspace, key) != _etag(again, key)
            or (key in workspace.ours) != (key in again.ours)
        }
    doubtful |= {key for key, rule in workspace.ours.items() if rule.etag is None}
    doubtful |= workspace.ambiguous
    suspects = {key.id for key in reading.suspects if key.kind == client.kind and key.id in owned}
    now = _asked_again(client, workspace, doubtful | suspects)
    if any(_etag(now, key) != _etag(workspace, key) for key in suspects):
        now = _asked_again(client, now, now.ours.keys() - doubtful - suspects)
    return _with_unshown(client, latest, now, owned, reading.recent)


def _with_unshown(
    client: LiveApi, listed: Workspace, now: Workspace, owned: Collection[str], recent: Writes
) -> Workspace:
    """Return a workspace with what only a list shows, unless our own deletion explains that.

    Somebody may have deleted it, or a copy lags behind that was asked. A list that is as new as
    the answer tells; where it shows the same once more, nothing is taken to be absent.
    """
    deleted = {key for key, write in recent.items() if write.is_known and write.etag is None}
    shown = listed.ours.keys() - deleted
    written = {key for key, write in recent.items() if key in owned and write.etag}
    for pause in UNSHOWN_PAUSES:
        unshown = (written | shown) - now.ours.keys()
        if not unshown:
            return now
        client.stop.wait(pause)
        now = _asked_again(client, now, unshown)
    if not shown - now.ours.keys():
        return now
    again = read_workspace(client.listed(), owned, client.kind)
    contradicted = (shown & again.ours.keys()) - now.ours.keys()
    ours = {**now.ours, **{key: again.ours[key] for key in contradicted}}
    return replace(now, ours=ours, contradicted=frozenset(contradicted))


def sure_of(
    client: LiveApi,
    workspace: Workspace,
    keys: Iterable[str],
    owned: Collection[str],
    recent: Writes,
) -> Workspace:
    """Return a workspace with some of our rules asked for one by one. Raises ServiceError.

    `keys` and `owned` are lower-case ids.
    """
    return _with_unshown(client, workspace, _asked_again(client, workspace, keys), owned, recent)


def _asked_again(client: LiveApi, workspace: Workspace, keys: Iterable[str]) -> Workspace:
    """Return a workspace with some of our rules as they are when asked for. Raises ServiceError.

    `keys` are lower-case ids.
    """
    wanted = sorted(keys)
    if not wanted:
        return workspace

    def ask(key: str) -> LiveRule | None:
        listed = workspace.ours.get(key)
        body = _asked(client, key if listed is None else listed.id)
        return None if body is None else live_rule(str(body.get("name") or key), body, client.kind)

    with ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="read") as pool:
        answers = dict(zip(wanted, pool.map(ask, wanted), strict=True))
    ours = {**workspace.ours, **answers}
    return replace(
        workspace,
        ours={key: rule for key, rule in ours.items() if rule is not None},
        ambiguous=frozenset(),
    )


def _asked(client: LiveApi, rule_id: str) -> Mapping[str, Any] | None:
    try:
        return client.get(rule_id)
    except GoneError:
        return None


def _etag(workspace: Workspace, key: str) -> str | None:
    live = workspace.ours.get(key)
    return None if live is None else live.etag
