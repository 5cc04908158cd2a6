"""A plan for a terminal: lines with the meaning of their colour; printing is the caller's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from generator.deploy.drift import Drift, DriftStatus
from generator.deploy.normalise import Change
from generator.deploy.plan import Action, ActionKind, Plan
from generator.deploy.plan_diff import diff_lines, short_path
from generator.deploy.workspace import display_name
from generator.text.safe_text import visible

SIGNS = {
    ActionKind.CREATE: ("+", "green"),
    ActionKind.UPDATE: ("~", "yellow"),
    ActionKind.UNCHANGED: ("=", "dim"),
    ActionKind.DELETE: ("-", "red"),
    ActionKind.ORPHAN: ("?", "magenta"),
    ActionKind.BLOCKED: ("!", "bold red"),
}
_ALWAYS_COUNTED = (ActionKind.CREATE, ActionKind.UPDATE, ActionKind.UNCHANGED)
_LINE_STYLES = {"-": "red", "+": "green", "@": "cyan", " ": "dim"}


@dataclass(frozen=True, slots=True)
class StyledLine:
    """A line of text and a rich style."""

    text: str
    style: str = ""


def plan_lines(plan: Plan) -> Iterator[StyledLine]:
    """Yield the plan, line by line; unchanged rules are only counted."""
    yield StyledLine(visible(f"{plan.tenant}: {plan.workspace_id}"), "bold")
    for action in plan.actions:
        if action.action is not ActionKind.UNCHANGED:
            yield from _action_lines(action)
    for note in plan.notes:
        yield StyledLine(visible(f"note: {note}"), "cyan")
    yield StyledLine(summary_line(plan), "bold")


def summary_line(plan: Plan) -> str:
    """Return the numbers: `+ 8 create, ~ 0 update, = 0 unchanged`, and what else there is."""
    counts = plan.summary
    return ", ".join(
        f"{sign} {counts[kind.value]} {kind.value}"
        for kind, (sign, _) in SIGNS.items()
        if kind in _ALWAYS_COUNTED or counts[kind.value]
    )


def title(action: Action) -> str:
    """Return how a rule is named to people: AREA/SLUG and what it is called."""
    name = display_name(action.desired) if action.desired is not None else ""
    return visible(f"{action.detection} {name!r}" if name else f"{action.detection} ({action.id})")


def drift_lines(tenant: str, drifts: Sequence[Drift]) -> Iterator[StyledLine]:
    """Yield what drifted, line by line, and the numbers."""
    for drift in drifts:
        style = "yellow" if drift.counts else "magenta"
        yield StyledLine(visible(f"{drift.status.value} {drift.detection} ({drift.id})"), style)
        yield from _change_lines(drift.changes)
    counts = ", ".join(
        f"{sum(drift.status is status for drift in drifts)} {status.value}"
        for status in DriftStatus
        if any(drift.status is status for drift in drifts)
    )
    yield StyledLine(visible(f"{tenant}: {counts or 'no drift'}"), "bold")


def _action_lines(action: Action) -> Iterator[StyledLine]:
    sign, style = SIGNS[action.action]
    reason = f": {visible(action.reason)}" if action.reason else ""
    label = "" if action.action in _ALWAYS_COUNTED else f" {action.action.value}"
    yield StyledLine(f"{sign} {title(action)}{label}{reason}", style)
    yield from _change_lines(action.changes)


def _change_lines(changes: Iterable[Change]) -> Iterator[StyledLine]:
    for change in changes:
        yield StyledLine(f"    {visible(short_path(change.path))}", "bold")
        for line in diff_lines(change):
            prefix = line.sign if line.sign in "-+" else " "
            yield StyledLine(f"      {prefix} {line.text}", _LINE_STYLES[line.sign])
