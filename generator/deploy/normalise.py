"""What a live rule and a desired rule have in common and where they differ.

Every comparison of rules goes through here. Hiding a difference that an author could mean would
leave a workspace wrong without a word, so only what the kind's shape lists is treated as equal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.kinds.analytic_rule.shape import (
    KNOWN,
    READ_ONLY_MEMBERS,
    READ_ONLY_PROPERTIES,
    Member,
    Members,
    Names,
    Unordered,
    Value,
)

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A member whose live and desired values differ. None stands for an absent member."""

    path: str
    live: Any
    desired: Any


def normalise(body: Mapping[str, Any]) -> Body:
    """Return a body's kind and known properties in one form.

    Two bodies mean the same rule exactly when their normalised forms are equal. Null, an empty list
    and an empty object are absent; durations have one spelling; lists whose order means nothing are
    sorted; queries have LF line ends and no white space at their very end.
    """
    properties = _comparable(KNOWN, body.get("properties"))
    return {"kind": body.get("kind"), "properties": {} if properties is None else properties}


def same_rule(left: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
    """Tell whether two bodies mean the same rule."""
    return _text(normalise(left)) == _text(normalise(right))


def changes(live: Mapping[str, Any], desired: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return what has to change in a live rule, the kind and `enabled` first.

    The values are as they stand in the bodies, so that a person recognises them.
    """
    found = [*_differences("properties", KNOWN, live.get("properties"), desired.get("properties"))]
    if live.get("kind") != desired.get("kind"):
        found.insert(0, Change("kind", live.get("kind"), desired.get("kind")))
    return tuple(found)


def writable(body: Mapping[str, Any]) -> Body:
    """Return a live body as the service would have to hold it again: without read-only members."""
    properties = body.get("properties")
    kept = {name: value for name, value in body.items() if name not in READ_ONLY_MEMBERS}
    if isinstance(properties, Mapping):
        kept["properties"] = {
            name: value for name, value in properties.items() if name not in READ_ONLY_PROPERTIES
        }
    return kept


def unmoved(planned: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Tell whether a rule is as it was planned on, whatever its etag: unknown members included."""
    left, right = _without_nulls(writable(planned)), _without_nulls(writable(now))
    return _text(left) == _text(right)


def differing_members(live: Mapping[str, Any], desired: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return every writable member whose value is not exactly the same, null counting as absent."""
    left, right = _without_nulls(writable(live)), _without_nulls(writable(desired))
    found = [
        Change(f"properties.{name}", left["properties"].get(name), right["properties"].get(name))
        for name in _in_order(left.setdefault("properties", {}), right.setdefault("properties", {}))
    ]
    found += [
        Change(name, left.get(name), right.get(name))
        for name in sorted(left.keys() | right.keys())
        if name != "properties"
    ]
    found.sort(key=lambda change: change.path != "kind")
    return tuple(change for change in found if _text(change.live) != _text(change.desired))


def _in_order(*properties: Mapping[str, Any]) -> list[str]:
    names = {name for members in properties for name in members}
    return [name for name in KNOWN.known if name in names] + sorted(names - set(KNOWN.known))


def merged(live: Mapping[str, Any], desired: Mapping[str, Any]) -> Body:
    """Return the desired body with the members of the live rule that our format does not know."""
    kept = {
        name: value
        for name, value in writable(live).items()
        if name not in desired and name not in {"kind", "properties"} and value is not None
    }
    properties = _merged(KNOWN, writable(live).get("properties"), desired.get("properties"))
    return {**kept, **desired, "properties": properties}


def not_compared(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the paths of the members with a value that no comparison looks at, read-only ones
    aside: what only the service or the portal knows."""
    properties = writable(body).get("properties")
    return tuple(sorted(set(_foreign("properties", KNOWN, properties))))


def _foreign(path: str, member: Member, value: Any) -> Iterator[str]:
    match member:
        case Members(known) if isinstance(value, Mapping):
            for name, item in value.items():
                if name in known:
                    yield from _foreign(f"{path}.{name}", known[name], item)
                elif item not in (None, [], {}):
                    yield f"{path}.{name}"
        case Unordered(item) if isinstance(value, list):
            for entry in value:
                yield from _foreign(path, item, entry)


def _comparable(member: Member, value: Any) -> Any:
    """Return the comparable form of a value; None for one that counts as absent."""
    if value is None or (isinstance(value, (list, dict)) and not value):
        return None
    match member:
        case Members(known) if isinstance(value, Mapping):
            compared = {name: _comparable(known[name], value.get(name)) for name in known}
            return {name: item for name, item in compared.items() if item is not None} or None
        case Names() if isinstance(value, Mapping):
            return {name: item for name, item in value.items() if item is not None} or None
        case Unordered(item) if isinstance(value, list):
            return sorted((_comparable(item, entry) for entry in value), key=_text)
        case Value():
            return member.comparable(value)
    return value


def _differences(path: str, member: Member, live: Any, desired: Any) -> Iterator[Change]:
    if _text(_comparable(member, live)) == _text(_comparable(member, desired)):
        return
    if isinstance(member, Members) and _is_object(live) and _is_object(desired):
        for name, part in member.known.items():
            yield from _differences(
                f"{path}.{name}", part, (live or {}).get(name), (desired or {}).get(name)
            )
        return
    yield Change(path, live, desired)


def _is_object(value: Any) -> bool:
    return value is None or isinstance(value, Mapping)


def _merged(member: Member, live: Any, desired: Any) -> Any:
    match member:
        case Members(known) if isinstance(live, Mapping) and isinstance(desired, Mapping):
            result = {
                name: _merged(known[name], live.get(name), value) if name in known else value
                for name, value in desired.items()
            }
            foreign = {
                name: value
                for name, value in live.items()
                if name not in known and name not in desired and value is not None
            }
            return result | foreign
        case Unordered(item) if isinstance(live, list) and isinstance(desired, list):
            # An item is the same item when everything that we know of it is equal.
            left = {_text(_comparable(item, entry)): entry for entry in live}
            return [
                _merged(item, left.get(_text(_comparable(item, entry))), entry) for entry in desired
            ]
    return desired


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _text(value: Any) -> str:
    """Return a text that is equal for equal values only (True is not 1), whatever the key order."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
