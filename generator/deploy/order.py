"""In which order the actions of a plan are carried out, so that none stands in another's way.

Pure: names and kinds of actions go in, phases come out. A name is unique in a workspace (Microsoft
Learn: Scheduled analytics rules), so whoever takes one waits until the rule that has it is gone or
renamed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from generator.deploy.plan import Action, ActionKind
from generator.deploy.workspace import LiveRule, display_name, is_enabled


@dataclass(frozen=True, slots=True)
class Order:
    """Phases, one after the other, of actions that may go at the same time.

    `deletions` come after them: of what nothing waits for. `holders` are, by lower-case id of an
    action, the ids of our rules that have the name that it takes. `parked` are rules that get a
    name of their own before the phase `parked_before`, since they wait for each other.
    """

    phases: tuple[tuple[Action, ...], ...]
    deletions: tuple[Action, ...]
    holders: Mapping[str, frozenset[str]]
    parked: tuple[Action, ...]
    parked_before: int


def order_of(
    waiting: Sequence[Action],
    actions: Sequence[Action],
    bases: Mapping[str, LiveRule],
    *,
    room_first: bool,
    unique_names: bool = True,
) -> Order:
    """Return how the `waiting` ones of a plan's `actions` are carried out.

    What a new rule replaces goes last, so that no gap opens, unless it has to make room first: it
    has the new rule's name, or (`room_first`) it counts towards a limit of enabled rules.
    """
    named = actions if unique_names else ()
    holders = _holders(named, bases)
    names = {display_name(a.desired).casefold() for a in named if a.desired is not None}
    first: list[Action] = []
    main: dict[str, Action] = {}
    last: list[Action] = []
    for action in waiting:
        key = action.id.casefold()
        base = bases.get(key)
        if action.action is ActionKind.DELETE:
            in_the_way = base is not None and base.display_name.casefold() in names
            (first if room_first or in_the_way else last).append(action)
        elif (
            room_first
            and action.desired is not None
            and not is_enabled(action.desired)
            and not holders.get(key)
        ):
            first.append(action)
        else:
            main[key] = action
    waits = {key: holders.get(key, frozenset()) & main.keys() for key in main}
    parked = _parked(waits)
    levels = _levels({key: held - parked for key, held in waits.items()})
    phases = (first, *([main[key] for key in level] for level in levels))
    return Order(
        tuple(tuple(phase) for phase in phases if phase),
        tuple(last),
        holders,
        tuple(main[key] for key in sorted(parked)),
        1 if first else 0,
    )


def _holders(actions: Sequence[Action], bases: Mapping[str, LiveRule]) -> dict[str, frozenset[str]]:
    """Return the rules that have to leave a name before an action can take it."""
    leaving: dict[str, set[str]] = {}
    for action in actions:
        key = action.id.casefold()
        base = bases.get(key)
        if base is None or not (action.writes or action.action is ActionKind.BLOCKED):
            continue
        name = base.display_name.casefold()
        if action.desired is None or display_name(action.desired).casefold() != name:
            leaving.setdefault(name, set()).add(key)
    found = {}
    for action in actions:
        if action.desired is None or not action.writes:
            continue
        key = action.id.casefold()
        name = display_name(action.desired).casefold()
        base = bases.get(key)
        if base is None or base.display_name.casefold() != name:
            held = frozenset(leaving.get(name, ())) - {key}
            if held:
                found[key] = held
    return found


def _parked(waits: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Return rules without which none of the others waits for itself."""
    parked: set[str] = set()
    while True:
        left = {key: set(held) - parked for key, held in waits.items()}
        while free := [key for key, held in left.items() if not held & left.keys()]:
            for key in free:
                del left[key]
        if not left:
            return frozenset(parked)
        # What is left waits in circles or behind one; a walk along them ends in a circle.
        seen: list[str] = []
        key = min(left)
        while key not in seen:
            seen.append(key)
            key = min(left[key] & left.keys())
        parked.add(key)


def _levels(waits: Mapping[str, Collection[str]]) -> list[list[str]]:
    levels: list[list[str]] = []
    left = {key: set(held) for key, held in waits.items()}
    while left:
        level = [key for key, held in left.items() if not held & left.keys()]
        levels.append(level)
        for key in level:
            del left[key]
    return levels
