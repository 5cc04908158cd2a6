"""What a reviewer has to know of a plan before the details: groups, counts, what a new rule is.

Read from the plan alone; how it is laid out is `plan_text`'s and `plan_markdown`'s.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from generator.deploy.blast_radius import BlastRadius, excess
from generator.deploy.origin import Source
from generator.deploy.plan import Action, ActionKind, Plan
from generator.deploy.workspace import is_enabled
from generator.kinds.shape import Change

SMALLEST_GROUP = 3
"""Rules with the same changes that are shown together; fewer are as quickly read one by one."""

_SEVERITIES = ("Informational", "Low", "Medium", "High")
_OPERATORS = {"GreaterThan": ">", "LessThan": "<", "Equal": "=", "NotEqual": "≠"}
_SOURCES = {
    Source.REPOSITORY: "of a commit in the repository",
    Source.OUTSIDE: "undoing what somebody changed outside",
    Source.UNKNOWN: "of unknown origin",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Actions that are shown together, because they change the same; mostly it is one."""

    actions: tuple[Action, ...]

    @property
    def first(self) -> Action:
        """The action whose changes are those of all."""
        return self.actions[0]

    @property
    def is_one(self) -> bool:
        """Whether there is nothing to be shown together."""
        return len(self.actions) == 1


def groups(actions: Iterable[Action]) -> tuple[Group, ...]:
    """Return the actions, those with the same changes together, where the first of them stands."""
    together: dict[object, list[Action]] = {}
    for action in actions:
        together.setdefault(_alike(action), []).append(action)
    found: list[Group] = []
    for members in together.values():
        if len(members) >= SMALLEST_GROUP:
            found.append(Group(tuple(members)))
        else:
            found += [Group((action,)) for action in members]
    order = {id(action): at for at, action in enumerate(a for m in together.values() for a in m)}
    return tuple(sorted(found, key=lambda group: order[id(group.first)]))


def creation_facts(action: Action) -> str | None:
    """Return severity, kind, schedule and threshold of a rule that is new; None for others.

    So is what keeps its alerts from anybody: no incident, suppression, a severity from a column.
    """
    if action.action is not ActionKind.CREATE or action.desired is None:
        return None
    properties = action.desired["properties"]
    facts = [str(properties.get("severity", "")), action.kind]
    if "queryFrequency" in properties:
        facts.append(f"every {properties['queryFrequency']} over {properties.get('queryPeriod')}")
    if "triggerThreshold" in properties:
        operator = str(properties.get("triggerOperator", ""))
        sign = _OPERATORS.get(operator, operator)
        facts.append(f"results {sign} {properties['triggerThreshold']}")
    if not is_enabled(action.desired):
        facts.append("switched off")
    incidents = properties.get("incidentConfiguration") or {}
    if incidents.get("createIncident") is False:
        facts.append("no incident")
    if properties.get("suppressionEnabled") is True:
        facts.append(f"suppressed for {properties.get('suppressionDuration')} after an alert")
    column = (properties.get("alertDetailsOverride") or {}).get("alertSeverityColumnName")
    if column:
        facts.append(f"severity from column {column}")
    return ", ".join(filter(None, facts))


def new_query(action: Action) -> str | None:
    """Return the rendered query of a rule that is new; None for others."""
    if action.action is not ActionKind.CREATE or action.desired is None:
        return None
    query = action.desired["properties"].get("query")
    return query if isinstance(query, str) else None


def weakened(plan: Plan) -> tuple[str, ...]:
    """Return how many live rules the plan switches off or lowers in severity."""
    updates = plan.of(ActionKind.UPDATE)
    off = sum(any(_switches_off(change) for change in action.changes) for action in updates)
    lower = sum(any(_lowers(change) for change in action.changes) for action in updates)
    counted = ((off, "switched off"), (lower, "lowered in severity"))
    return tuple(f"{_rules(count)} {what}" for count, what in counted if count)


def sources(plan: Plan) -> tuple[str, ...]:
    """Return how many of the changes come from where, as far as somebody looked."""
    writing = [action.origin.source for action in plan.actions if action.writes and action.origin]
    return tuple(
        f"{count} change{'' if count == 1 else 's'} {what}"
        for source, what in _SOURCES.items()
        if (count := writing.count(source))
    )


def warnings(plan: Plan, limits: BlastRadius) -> tuple[str, ...]:
    """Return what a deployment of the plan will refuse as a whole, and what it leaves undone."""
    found = []
    too_far = excess(plan, limits)
    if too_far is not None:
        found.append(f"deploy will refuse this plan: {too_far}")
    blocked = len(plan.of(ActionKind.BLOCKED))
    if blocked:
        found.append(f"{_rules(blocked)} blocked: deploy leaves them alone and ends with 3")
    return tuple(found)


def _alike(action: Action) -> object:
    if not action.changes:
        return action.id
    return (
        action.action,
        action.reason,
        tuple(_key(change) for change in action.changes),
    )


def _key(change: Change) -> str:
    return json.dumps([change.path, change.live, change.desired], sort_keys=True)


def _switches_off(change: Change) -> bool:
    return change.path == "properties.enabled" and change.live is True and change.desired is False


def _lowers(change: Change) -> bool:
    if change.path != "properties.severity":
        return False
    before, after = (
        _SEVERITIES.index(value) if value in _SEVERITIES else None
        for value in (change.live, change.desired)
    )
    return before is not None and after is not None and after < before


def _rules(count: int) -> str:
    return f"{count} rule{'' if count == 1 else 's'}"
