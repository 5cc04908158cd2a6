"""Live rules that differ from the content, held against what the content said at earlier commits.

Nothing is known of who wrote a rule last; a live rule that is as at a commit is taken to have come
from there. A rule that was switched off and is otherwise as the content once had it enabled was
switched off outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from generator.azure.errors import printable
from generator.deploy.absence import absent_origins
from generator.deploy.evidence import CLOCKS_DIFFER, Bodies, Evidence, Span, evidence
from generator.deploy.origin import NO_ORIGINS, Origin, Origins, Source
from generator.deploy.tenant_content import KindContent
from generator.deploy.workspace import LiveRule, Workspace, switched
from generator.git.commands import HistoryError
from generator.git.log import Commit
from generator.past.history import History, PastRule

_MAX_IDS = 10
_LATE = ": deployed late, rolled back or put back"
OpenHistory = Callable[[], History]
"""Opens the history of a tenant's content. Raises HistoryError where there is none."""


def find_origins(
    content: KindContent,
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
        if only is None or rule.label in only
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
    found = _put_back(dict(_walk(traces, history, now)), traces, desired, workspace, history)
    found |= absent_origins(absent, desired, workspace, history, now)
    return Origins(found, tuple(_notes(found, history)))


def _differs(live: LiveRule, desired: Mapping[str, Any] | None) -> bool:
    return desired is None or bool(live.shape.changes(live.body, desired))


@dataclass(slots=True)
class _Trace:
    """A live rule on the way back through the history.

    `enabled_at` are the commits, newest first, at which it was as it is live but enabled; None
    stands for the content as it is now. `enabled_since` is the oldest of those on the main line: a
    commit of a branch says nothing of the time before its merge. `moved_on` are the commits of the
    main line, newest first, since which the content is not as it is live.
    """

    live: LiveRule
    desired: Mapping[str, Any] | None
    enabled_at: list[Commit | None] = field(default_factory=list)
    enabled_since: Commit | None = None
    moved_on: list[Commit] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.desired is not None and self._is_but_for_enabled(self.desired):
            self.enabled_at.append(None)

    def meet(
        self, past: PastRule, commit: Commit, now: datetime, *, on_mainline: bool
    ) -> Origin | None:
        """Look at the rule as it was at a commit; return the origin where that settles it."""
        if past.body is not None and self.live.shape.same(self.live.body, past.body):
            if self._was_written_since_enabled(now):
                return self.disabled()
            return _as_at(commit, self.live.written, self.overtaken_by())
        if on_mainline and past.is_readable:
            self.moved_on.append(commit)
        if past.body is not None and self._is_but_for_enabled(past.body):
            self.enabled_at.append(commit)
            self.enabled_since = commit if on_mainline else self.enabled_since
            # An older commit that had it disabled could not explain a later write.
            if self._was_written_since_enabled(now):
                return self.disabled()
        return None

    def overtaken_by(self) -> Commit | None:
        """Return the commit after which the rule was written although it had changed it."""
        written = self.live.written
        begins = self.moved_on[-1] if self.moved_on else None
        late = begins is not None and written is not None and _is_after(written, begins)
        return begins if late else None

    def unmet(self, history: History) -> Origin:
        """Return the origin where no commit settled it."""
        if self.enabled_at:
            return self.disabled()
        if history.is_shallow:
            return Origin(Source.UNKNOWN, "as at no commit of this shallow clone")
        return Origin(Source.OUTSIDE, "changed outside: as at no commit that was looked at")

    def without_history(self) -> Origin:
        """Return the origin where there is no history at all."""
        if self.live.is_auto_disabled:
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
        off = not live.enabled and not live.shape.same(live.body, body)
        return off and live.shape.same(switched(live.body, enabled=True), body)

    def _was_written_since_enabled(self, now: datetime) -> bool:
        """Tell whether the live rule was written after the content had begun to enable it.

        Without a time that can be compared it counts as written: a rule that somebody may have
        switched off stays so.
        """
        if self.enabled_since is None:
            return False
        written, since = self.live.written, self.enabled_since
        ahead = since.made > now + CLOCKS_DIFFER
        return written is None or ahead or _is_after(written, since)


_AUTO_DISABLED = Origin(Source.OUTSIDE, "Sentinel has switched this rule off itself")


def _walk(
    traces: Mapping[str, _Trace], history: History, now: datetime
) -> Iterator[tuple[str, Origin]]:
    waiting = dict(traces)
    for key in [key for key, trace in waiting.items() if trace.live.is_auto_disabled]:
        del waiting[key]
        yield key, _AUTO_DISABLED
    mainline = frozenset(history.mainline)
    for commit in history.commits:
        if not waiting:
            return
        for key, past in history.rules(commit, waiting).items():
            origin = waiting[key].meet(past, commit, now, on_mainline=commit in mainline)
            if origin is not None:
                del waiting[key]
                yield key, origin
    for key, trace in waiting.items():
        yield key, trace.unmet(history)


def _put_back(
    found: Mapping[str, Origin],
    traces: Mapping[str, _Trace],
    desired: Bodies,
    workspace: Workspace,
    history: History,
) -> dict[str, Origin]:
    """Return the origins, and which rules were put back after newer content was deployed.

    Another live rule has to show the deployment, and this one has to be written after it.
    """
    origins = dict(found)
    shown: dict[Commit, Evidence | None] = {}
    for key, origin in found.items():
        trace = traces[key]
        begins = trace.overtaken_by() if origin.source is Source.REPOSITORY else None
        if begins is None:
            continue
        if begins not in shown:
            span = Span(tuple(trace.moved_on), _commit_before(begins, history))
            shown[begins] = evidence(span, desired, workspace, history)
        told = shown[begins]
        if told is not None and told.deployed is not None and told.deployed != key:
            then, now = workspace.ours[told.deployed].written, trace.live.written
            if then is not None and now is not None and then < now:
                shows = f"rule {told.deployed} shows that newer content had been deployed"
                text = f"put back: {origin.text.removesuffix(_LATE)}, and {shows}"
                origins[key] = replace(origin, source=Source.OUTSIDE, text=text)
    return origins


def _commit_before(commit: Commit, history: History) -> Commit | None:
    """Return the commit of the main line before another one of it."""
    older = history.mainline[history.mainline.index(commit) + 1 :]
    return older[0] if older else None


def _without_history(error: HistoryError) -> str:
    return (
        f"the history cannot be read ({printable(str(error))}): whether a difference comes from "
        "the repository or from somebody outside is not known"
    )


def _notes(found: Mapping[str, Origin], history: History) -> Iterator[str]:
    """Yield what limits the answers, where one is not that a commit explains the rule, and what
    hides in those that are."""
    late = sorted(
        key
        for key, origin in found.items()
        if origin.source is Source.REPOSITORY and origin.replaced_by is not None
    )
    if late:
        yield (
            f"{len(late)} rules are as at an earlier commit but were written after the content had "
            "moved on: if nobody deployed late or rolled back, somebody put them back: "
            f"{', '.join(late[:_MAX_IDS])}{' …' if len(late) > _MAX_IDS else ''}"
        )
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


def _as_at(commit: Commit, written: datetime | None, overtaken_by: Commit | None) -> Origin:
    as_at = Origin(
        Source.REPOSITORY,
        f"live as at {commit.short}",
        commit.hash,
        _iso(commit.made),
        written=None if written is None else _iso(written),
    )
    if overtaken_by is None:
        return as_at
    since = f"written {as_at.written}, after {overtaken_by.short} had changed it"
    return replace(
        as_at,
        text=f"{as_at.text}, but {since}{_LATE}",
        replaced_by=overtaken_by.hash,
    )


def _is_after(written: datetime, commit: Commit) -> bool:
    # Commits know whole seconds only.
    return written.replace(microsecond=0) > commit.made


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
