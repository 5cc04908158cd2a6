"""Live rules that differ from the content, held against what the content said at earlier commits.

Nothing is known of who wrote a rule last; a live rule that is as at a commit is taken to have come
from there. A rule that was switched off and is otherwise as the content once had it enabled was
switched off outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from generator.deploy.absence import absent_origins
from generator.deploy.content import TenantContent
from generator.deploy.errors import printable
from generator.deploy.normalise import changes, same_rule
from generator.deploy.origin import NO_ORIGINS, Origin, Origins, Source
from generator.deploy.workspace import LiveRule, Workspace, is_auto_disabled, switched
from generator.git.commands import HistoryError
from generator.git.log import Commit
from generator.past.history import History

OpenHistory = Callable[[], History]
"""Opens the history of a tenant's content. Raises HistoryError where there is none."""


def find_origins(
    content: TenantContent,
    workspace: Workspace,
    open_history: OpenHistory,
    now: datetime,
    only: frozenset[str] | None = None,
) -> Origins:
    """Return where each difference between a workspace and the content comes from.

    `now` is UTC. `only` are the detections that are looked at (None: all). The history is opened
    only where something differs, and looked at for the rules that do.
    """
    desired = {
        rule.id.casefold(): rule.body
        for rule in content.desired
        if only is None or rule.detection in only
    }
    traces = {
        key: _Trace(live, desired.get(key))
        for key, live in workspace.ours.items()
        if (key in desired or only is None) and _differs(live, desired.get(key))
    }
    # Where nothing of ours is live there is nothing that could tell a deletion from a first time.
    absent = desired.keys() - workspace.ours.keys() if workspace.ours else set()
    if not traces and not absent:
        return NO_ORIGINS
    try:
        history = open_history()
    except HistoryError as error:
        return Origins(
            {key: trace.without_history() for key, trace in traces.items()},
            (_without_history(error),),
        )
    found = dict(_walk(traces, history))
    found |= absent_origins(absent, desired, workspace, history, now)
    return Origins(found, tuple(_notes(found, history)))


def _differs(live: LiveRule, desired: Mapping[str, Any] | None) -> bool:
    return desired is None or bool(changes(live.body, desired))


@dataclass(slots=True)
class _Trace:
    """A live rule on the way back through the history.

    `enabled_at` are the commits, newest first, at which it was as it is live but enabled; None
    stands for the content as it is now.
    """

    live: LiveRule
    desired: Mapping[str, Any] | None
    enabled_at: list[Commit | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.desired is not None and self._is_but_for_enabled(self.desired):
            self.enabled_at.append(None)

    def meet(self, body: Mapping[str, Any], commit: Commit) -> Origin | None:
        """Look at the rule as it was at a commit; return the origin where that settles it."""
        if same_rule(self.live.body, body):
            return self.disabled() if self._was_written_since_enabled() else _as_at(commit)
        if self._is_but_for_enabled(body):
            self.enabled_at.append(commit)
            # An older commit that had it disabled could not explain a later write.
            if self._was_written_since_enabled():
                return self.disabled()
        return None

    def unmet(self, history: History) -> Origin:
        """Return the origin where no commit settled it."""
        if self.enabled_at:
            return self.disabled()
        if history.is_shallow:
            return Origin(Source.UNKNOWN, "as at no commit of this shallow clone")
        return Origin(Source.OUTSIDE, "changed outside: as at no commit that was looked at")

    def without_history(self) -> Origin:
        """Return the origin where there is no history at all."""
        if is_auto_disabled(self.live):
            return _AUTO_DISABLED
        if self.enabled_at:
            return self.disabled()
        return Origin(Source.UNKNOWN, "not known where the difference comes from")

    def disabled(self) -> Origin:
        """Return the origin of a rule that somebody switched off."""
        commit = next((commit for commit in self.enabled_at if commit is not None), None)
        as_at = "as the content says" if commit is None else f"as at {commit.short}"
        return Origin(
            Source.OUTSIDE,
            f"disabled outside, otherwise {as_at}",
            None if commit is None else commit.hash,
            None if commit is None else _iso(commit.made),
            is_disabled=True,
        )

    def _is_but_for_enabled(self, body: Mapping[str, Any]) -> bool:
        live = self.live
        off = not live.enabled and not same_rule(live.body, body)
        return off and same_rule(switched(live.body, enabled=True), body)

    def _was_written_since_enabled(self) -> bool:
        """Tell whether the live rule was written after the content had begun to enable it.

        Without a time it counts as written: a rule that somebody may have switched off stays so.
        """
        commits = [commit for commit in self.enabled_at if commit is not None]
        if not commits:
            return False
        written = _last_written(self.live)
        # Commits know whole seconds only.
        return written is None or written.replace(microsecond=0) > commits[-1].made


_AUTO_DISABLED = Origin(Source.OUTSIDE, "Sentinel has switched this rule off itself")


def _walk(traces: Mapping[str, _Trace], history: History) -> Iterator[tuple[str, Origin]]:
    waiting = dict(traces)
    for key in [key for key, trace in waiting.items() if is_auto_disabled(trace.live)]:
        del waiting[key]
        yield key, _AUTO_DISABLED
    for commit in history.commits:
        if not waiting:
            return
        for key, past in history.rules(commit, waiting).items():
            if past.body is None:
                continue
            origin = waiting[key].meet(past.body, commit)
            if origin is not None:
                del waiting[key]
                yield key, origin
    for key, trace in waiting.items():
        yield key, trace.unmet(history)


def _without_history(error: HistoryError) -> str:
    return (
        f"the history cannot be read ({printable(str(error))}): whether a difference comes from "
        "the repository or from somebody outside is not known"
    )


def _notes(found: Mapping[str, Origin], history: History) -> Iterator[str]:
    """Yield what limits the answers, where one is not that a commit explains the rule."""
    if all(origin.source is Source.REPOSITORY for origin in found.values()):
        return
    if history.is_shallow:
        yield (
            "the history is shallow: what is older than this clone cannot be told from what "
            "somebody changed outside; in a workflow, check out with fetch-depth: 0"
        )
    if history.is_bounded:
        yield f"{len(history.commits)} commits that touched this content were looked at, not all"
    if history.unreadable:
        yield (
            f"{len(history.unreadable)} of {len(history.commits)} commits are left out, in part or "
            "whole: their content cannot be read or rendered by this version"
        )


def _as_at(commit: Commit) -> Origin:
    return Origin(Source.REPOSITORY, f"live as at {commit.short}", commit.hash, _iso(commit.made))


def _last_written(live: LiveRule) -> datetime | None:
    properties = live.body.get("properties")
    written = properties.get("lastModifiedUtc") if isinstance(properties, Mapping) else None
    try:
        moment = datetime.fromisoformat(str(written))
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
