"""What the live rules of a workspace show of the commit that was deployed to it.

A workspace does not say what was deployed when. A rule that is live as it was only since a commit,
and was written since, shows that this commit or a later one was deployed. What may not enter here:
what follows from it for another rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from generator.deploy.workspace import Workspace, switched
from generator.git.log import Commit
from generator.past.history import History, PastRule

CLOCKS_DIFFER = timedelta(hours=1)
"""How far the clock of who commits may be ahead of ours. A commit that is younger has no date that
a write could be held against."""

Bodies = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Span:
    """A change of the content and what came after it: `since` are the commits of the main line
    that have it, newest first, the one that made it last; none for one that is not committed.

    `before` is the commit before that; None where none is known without the change.
    """

    since: tuple[Commit, ...]
    before: Commit | None

    @property
    def begins(self) -> Commit | None:
        """The commit that made the change."""
        return self.since[-1] if self.since else None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Ids of live rules that show that a commit since was deployed, or that none was."""

    deployed: str | None
    behind: str | None


def evidence(
    span: Span,
    desired: Bodies,
    workspace: Workspace,
    history: History,
) -> Evidence | None:
    """Return what our live rules show; None where there is no `before`.

    A rule that was written before the change cannot show its deployment, whatever it is like; one
    that was written after it cannot show that the deployment is still to come: it may have been
    put back.
    """
    if span.before is None:
        return None
    before = history.rules(span.before, workspace.ours)
    changed = {
        key for key, past in before.items() if past.is_readable and not _is(workspace, key, past)
    }
    as_before = {key for key, past in before.items() if past.body and key not in changed}
    changed = {key for key in changed if _may_be_written(workspace, key, span, after=True)}
    if deployed := _first_written(
        workspace,
        (key for key in changed if key in desired and _is(workspace, key, PastRule(desired[key]))),
    ):
        return Evidence(deployed, None)
    behind = {
        key
        for key in as_before
        if key in desired
        and not _is(workspace, key, PastRule(desired[key]))
        and _may_be_written(workspace, key, span, after=False)
    }
    for commit in span.since:
        if not changed and not behind:
            break
        then = history.rules(commit, changed | behind)
        if deployed := _first_written(
            workspace, (key for key in changed if _is(workspace, key, then[key]))
        ):
            return Evidence(deployed, None)
        behind = {key for key in behind if not _is(workspace, key, then[key])}
    return Evidence(None, min(behind, default=None))


def _first_written(workspace: Workspace, keys: Iterable[str]) -> str | None:
    """Return the rule that was written first, which shows the deployment earliest."""
    times = [(workspace.ours[key].written, key) for key in keys]
    known = [(written, key) for written, key in times if written is not None]
    return min(known)[1] if known else min((key for _, key in times), default=None)


def _may_be_written(workspace: Workspace, key: str, span: Span, *, after: bool) -> bool:
    """Tell whether a rule may have been written after (or before) the change that begins a span."""
    written = workspace.ours[key].written
    if written is None or span.begins is None:
        return True
    # Commits know whole seconds only.
    second = written.replace(microsecond=0)
    return second >= span.begins.made if after else second <= span.begins.made


def _is(workspace: Workspace, key: str, past: PastRule) -> bool:
    """Tell whether a live rule is as it was, whoever switched it off since."""
    live = workspace.ours[key]
    return past.body is not None and any(
        live.shape.same(body, past.body) for body in (live.body, switched(live.body, enabled=True))
    )
