"""A plan for a terminal: lines with the meaning of their colour; printing is the caller's."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from generator.deploy.blast_radius import BlastRadius
from generator.deploy.drift import Drift, DriftStatus
from generator.deploy.origin import Origin, Source
from generator.deploy.plan import Action, ActionKind, Plan
from generator.deploy.plan_diff import diff_lines, query_text_lines, short_path
from generator.deploy.plan_digest import (
    Group,
    creation_facts,
    groups,
    new_query,
    sources,
    warnings,
    weakened,
)
from generator.deploy.workspace import display_name
from generator.kinds.shape import Change
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
_MAX_IDS = 10
MOST_QUERIES = 10
"""New rules whose queries are shown in a terminal; more would hide the rest of the plan."""

_LINE_STYLES = {"-": "red", "+": "green", "@": "cyan", " ": "dim"}


@dataclass(frozen=True, slots=True)
class StyledLine:
    """A line of text and a rich style."""

    text: str
    style: str = ""


def plan_lines(plan: Plan, limits: BlastRadius | None = None) -> Iterator[StyledLine]:
    """Yield the plan, line by line; unchanged rules that are as they should be only count.

    Rules with the same changes stand together. Queries of new rules are shown where they are few.
    With `limits`, what a deployment with them would refuse is said as well.
    """
    yield StyledLine(visible(f"{plan.tenant}: {plan.workspace_id}"), "bold")
    with_queries = len(plan.of(ActionKind.CREATE)) <= MOST_QUERIES
    for group in groups(action for action in plan.actions if is_shown(action)):
        if group.is_one:
            yield from _action_lines(group.first, with_query=with_queries)
        else:
            yield from _group_lines(group)
    if not with_queries:
        yield StyledLine(
            "note: the queries of the new rules are left out here; --format markdown shows what "
            "fits, --format json all of them",
            "cyan",
        )
    for note in plan.notes:
        yield StyledLine(visible(f"note: {note}"), "cyan")
    for line in (*weakened(plan), *sources(plan)):
        yield StyledLine(line, "yellow")
    for warning in () if limits is None else warnings(plan, limits):
        yield StyledLine(visible(warning), "bold red")
    yield StyledLine(summary_line(plan), "bold")


def is_shown(action: Action) -> bool:
    """Tell whether there is more to say of an action than its number."""
    return action.action is not ActionKind.UNCHANGED or action.stays_off


def stays_off_note(actions: Iterable[Action]) -> str | None:
    """Return what can be done about rules that stay off, or None where there are none."""
    ids = [action.id for action in actions if action.stays_off]
    if not ids:
        return None
    said = "rules that somebody switched off stay off; --reenable ID enables one"
    return f"{len(ids)} {said}: {_some(ids)}"


def switches_on_note(actions: Iterable[Action], reenabled: Container[str]) -> str | None:
    """Return which rules a plan enables although no commit explains that they are off, or None.

    Nobody asked for those: `reenabled` are the lower-case ids that somebody did ask for.
    """
    ids = [
        action.id
        for action in actions
        if action.action is ActionKind.UPDATE
        and any(c.path == "properties.enabled" and c.desired is True for c in action.changes)
        and (action.origin is None or action.origin.source is not Source.REPOSITORY)
        and action.id.casefold() not in reenabled
    ]
    if not ids:
        return None
    said = "rules that are off will be enabled, and no commit explains why they are off"
    return f"{len(ids)} {said}: {_some(ids)}"


def _some(ids: Sequence[str]) -> str:
    return f"{', '.join(ids[:_MAX_IDS])}{' …' if len(ids) > _MAX_IDS else ''}"


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


def drift_lines(
    tenant: str, drifts: Sequence[Drift], *, only_drift: bool = False
) -> Iterator[StyledLine]:
    """Yield what drifted, line by line, and the numbers of everything.

    `only_drift` leaves out the rules that do not count; of those nobody asks field by field.
    """
    for drift in drifts:
        if only_drift and not drift.counts:
            continue
        style = "yellow" if drift.counts else "magenta"
        said = f": {drift.reason}" if drift.reason else ""
        name = f"{drift.status.value} {drift.detection} ({drift.id}){said}"
        yield StyledLine(visible(name), style)
        yield from _origin_lines(drift.origin)
        if drift.counts:
            yield from _change_lines(drift.changes)
    counts = ", ".join(
        f"{sum(drift.status is status for drift in drifts)} {status.value}"
        for status in DriftStatus
        if any(drift.status is status for drift in drifts)
    )
    yield StyledLine(visible(f"{tenant}: {counts or 'no drift'}"), "bold")


def _action_lines(action: Action, *, with_query: bool) -> Iterator[StyledLine]:
    sign, style = SIGNS[action.action]
    reason = f": {visible(action.reason)}" if action.reason else ""
    label = "" if action.action in _ALWAYS_COUNTED else f" {action.action.value}"
    yield StyledLine(f"{sign} {title(action)}{label}{reason}", style)
    yield from _origin_lines(action.origin)
    facts, query = creation_facts(action), new_query(action)
    if facts is not None:
        yield StyledLine(f"    {visible(facts)}", "bold")
    if query is not None and with_query:
        yield from (StyledLine(f"      {line}", "green") for line in query_text_lines(query))
    yield from _change_lines(action.changes)


def _group_lines(group: Group) -> Iterator[StyledLine]:
    first = group.first
    sign, style = SIGNS[first.action]
    reason = f": {visible(first.reason)}" if first.reason else ""
    yield StyledLine(f"{sign} {len(group.actions)} rules {first.action.value} alike{reason}", style)
    yield from _change_lines(first.changes)
    yield from (StyledLine(f"    {line}", style) for line in group_names(group))


def group_names(group: Group) -> list[str]:
    """Return a line for each rule of a group; where all changes come from stands once, on top."""
    texts = [action.origin.text if action.origin else "" for action in group.actions]
    if len(set(texts)) == 1:
        heading = [visible(f"{texts[0]}:")] if texts[0] else []
        return heading + [title(action) for action in group.actions]
    return [
        f"{title(action)}{visible(f' - {text}') if text else ''}"
        for action, text in zip(group.actions, texts, strict=True)
    ]


def _origin_lines(origin: Origin | None) -> Iterator[StyledLine]:
    if origin is not None:
        yield StyledLine(f"    {visible(origin.text)}", "dim")


def _change_lines(changes: Iterable[Change]) -> Iterator[StyledLine]:
    for change in changes:
        yield StyledLine(f"    {visible(short_path(change.path))}", "bold")
        for line in diff_lines(change):
            prefix = line.sign if line.sign in "-+" else " "
            yield StyledLine(f"      {prefix} {line.text}", _LINE_STYLES[line.sign])
