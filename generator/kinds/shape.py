"""The members of a kind's body: how each one compares, which are the service's, what fits.

One description for all that reads bodies: comparison, merging, what may be written, what a file may
hold. Every comparison goes through here. Hiding a difference that an author could mean would leave
a workspace wrong without a word, so only what a shape lists is treated as equal; a member that it
does not list belongs to the service or to the portal: it is kept and never compared.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.text.duration import format_iso_duration, parse_duration
from generator.text.safe_text import visible

Body = dict[str, Any]

_READ_ONLY_MEMBERS = frozenset({"id", "name", "type", "etag", "systemData"})
"""Of every resource, beside `properties`."""

Comparable = Callable[[Any], Any]


Test = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Value:
    """A member whose values compare after `comparable`, and hold nothing but what `fits`."""

    comparable: Comparable
    fits: Test


@dataclass(frozen=True, slots=True)
class Names:
    """An object whose members are all the author's (customDetails)."""


@dataclass(frozen=True, slots=True)
class Unordered:
    """A list in which order means nothing."""

    item: Member


@dataclass(frozen=True, slots=True)
class Members:
    """An object with members of its own."""

    known: dict[str, Member]


@dataclass(frozen=True, slots=True)
class Each:
    """A list in which order means nothing, and each item is a change of its own."""

    item: Member


@dataclass(frozen=True, slots=True)
class WhereSaid:
    """A member that is compared only where the content says it; else it is the workspace's own."""

    member: Member


Member = Value | Names | Unordered | Each | Members | WhereSaid


def _as_it_is(value: Any) -> Any:
    return value


def _query(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return value.replace("\r\n", "\n").rstrip()


def _duration(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return format_iso_duration(parse_duration(value))
    except ValueError:
        return value


_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?", re.ASCII)


def _number(value: Any) -> Any:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value) if "." in value else int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_duration(value: Any) -> bool:
    if not isinstance(value, str) or not value.startswith("P"):
        return False  # the community's form is ours, not the service's
    try:
        parse_duration(value)
    except ValueError:
        return False
    return True


TEXT = Value(_as_it_is, _is_text)
FLAG = Value(_as_it_is, _is_flag)
QUERY = Value(_query, _is_text)
DURATION = Value(_duration, _is_duration)
NUMBER = Value(_number, _is_number)
TEXTS = Unordered(TEXT)


def one_of(*values: str) -> Value:
    """Return a text that is one of these."""
    return Value(_as_it_is, frozenset(values).__contains__)


@dataclass(frozen=True, slots=True)
class Change:
    """A member whose live and desired values differ. None stands for an absent member."""

    path: str
    live: Any
    desired: Any


@dataclass(frozen=True, slots=True)
class Shape:
    """The members of a body's `properties`, in the order in which changes are shown.

    `read_only` are those that the service alone writes. `says_kind`: beside `properties` a body
    says a `kind` of its own.
    """

    known: Members
    read_only: frozenset[str] = frozenset()
    says_kind: bool = False

    def normalise(self, body: Mapping[str, Any]) -> Body:
        """Return a body's kind and known properties in one form.

        Two bodies mean the same resource exactly when their normalised forms are equal. Null, an
        empty list and an empty object are absent; durations have one spelling; lists whose order
        means nothing are sorted; queries have LF line ends and no white space at their very end.
        """
        properties = _comparable(self.known, body.get("properties"))
        kind = {"kind": body.get("kind")} if self.says_kind else {}
        return {**kind, "properties": {} if properties is None else properties}

    def same(self, left: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
        """Tell whether a live body means what another one says."""
        return not self.changes(left, right)

    def changes(self, live: Mapping[str, Any], desired: Mapping[str, Any]) -> tuple[Change, ...]:
        """Return what has to change in a live body, the kind and `enabled` first.

        The values are as they stand in the bodies, so that a person recognises them.
        """
        found = [
            *_differences(
                "properties", self.known, live.get("properties"), desired.get("properties")
            )
        ]
        if self.says_kind and live.get("kind") != desired.get("kind"):
            found.insert(0, Change("kind", live.get("kind"), desired.get("kind")))
        return tuple(found)

    def writable(self, body: Mapping[str, Any]) -> Body:
        """Return a live body as it would be written again: without read-only members."""
        properties = body.get("properties")
        kept = {name: value for name, value in body.items() if name not in _READ_ONLY_MEMBERS}
        if isinstance(properties, Mapping):
            kept["properties"] = {
                name: value for name, value in properties.items() if name not in self.read_only
            }
        return kept

    def unmoved(self, planned: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
        """Tell whether all that is written of a body is as it was, unknown members included."""
        left, right = _without_nulls(self.writable(planned)), _without_nulls(self.writable(now))
        return _text(left) == _text(right)

    def differing_members(
        self, live: Mapping[str, Any], desired: Mapping[str, Any]
    ) -> tuple[Change, ...]:
        """Return every writable member whose value is not exactly the same; null is absent."""
        left, right = _without_nulls(self.writable(live)), _without_nulls(self.writable(desired))
        found = [
            Change(
                f"properties.{name}", left["properties"].get(name), right["properties"].get(name)
            )
            for name in _in_order(
                self.known, left.setdefault("properties", {}), right.setdefault("properties", {})
            )
        ]
        found += [
            Change(name, left.get(name), right.get(name))
            for name in sorted(left.keys() | right.keys())
            if name != "properties"
        ]
        found.sort(key=lambda change: change.path != "kind")
        return tuple(change for change in found if _text(change.live) != _text(change.desired))

    def merged(self, live: Mapping[str, Any], desired: Mapping[str, Any]) -> Body:
        """Return the desired body with the live one's members that our format does not know."""
        kept = {
            name: value
            for name, value in self.writable(live).items()
            if name not in desired and name not in {"kind", "properties"} and value is not None
        }
        properties = _merged(
            self.known, self.writable(live).get("properties"), desired.get("properties")
        )
        return {**kept, **desired, "properties": properties}

    def not_compared(self, body: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the paths of the members with a value that no comparison looks at, read-only ones
        aside: what only the service or the portal knows."""
        properties = self.writable(body).get("properties")
        return tuple(sorted(set(_foreign("properties", self.known, properties))))

    def misfits(self, properties: Mapping[str, Any]) -> Iterator[str]:
        """Yield the known members whose value is of another kind than the member has."""
        yield from _misfits("properties", self.known, properties)


def _in_order(known: Members, *properties: Mapping[str, Any]) -> list[str]:
    names = {name for members in properties for name in members}
    return [name for name in known.known if name in names] + sorted(names - set(known.known))


def _foreign(path: str, member: Member, value: Any) -> Iterator[str]:
    match member:
        case WhereSaid(inner):
            yield from _foreign(path, inner, value)
        case Members(known) if isinstance(value, Mapping):
            for name, item in value.items():
                if name in known:
                    yield from _foreign(f"{path}.{name}", known[name], item)
                elif item not in (None, [], {}):
                    yield f"{path}.{name}"
        case Unordered(item) | Each(item) if isinstance(value, list):
            for entry in value:
                yield from _foreign(path, item, entry)


def _comparable(member: Member, value: Any) -> Any:
    """Return the comparable form of a value; None for one that counts as absent."""
    if value is None or (isinstance(value, (list, dict)) and not value):
        return None
    member = member.member if isinstance(member, WhereSaid) else member
    match member:
        case Members(known) if isinstance(value, Mapping):
            compared = {name: _comparable(known[name], value.get(name)) for name in known}
            return {name: item for name, item in compared.items() if item is not None} or None
        case Names() if isinstance(value, Mapping):
            return {name: item for name, item in value.items() if item is not None} or None
        case Unordered(item) | Each(item) if isinstance(value, list):
            return sorted((_comparable(item, entry) for entry in value), key=_text)
        case Value():
            return member.comparable(value)
    return value


def _differences(path: str, member: Member, live: Any, desired: Any) -> Iterator[Change]:
    if isinstance(member, WhereSaid):
        if desired is not None:
            yield from _differences(path, member.member, live, desired)
        return
    if _text(_comparable(member, live)) == _text(_comparable(member, desired)):
        return
    if isinstance(member, Members) and _is_object(live) and _is_object(desired):
        for name, part in member.known.items():
            yield from _differences(
                f"{path}.{name}", part, (live or {}).get(name), (desired or {}).get(name)
            )
        return
    if isinstance(member, Each) and isinstance(desired, list) and isinstance(live or [], list):
        yield from _items(path, member.item, live or [], desired)
        return
    yield Change(path, live, desired)


def _items(path: str, item: Member, live: list[Any], desired: list[Any]) -> Iterator[Change]:
    """Yield what goes from a list and what comes into it, in the order of the texts."""
    left, right = (
        [(_text(_comparable(item, one)), one) for one in many] for many in (live, desired)
    )
    gone = Counter(key for key, _ in left) - Counter(key for key, _ in right)
    came = Counter(key for key, _ in right) - Counter(key for key, _ in left)
    for counts, entries, is_live in ((gone, dict(left), True), (came, dict(right), False)):
        for key in sorted(counts.elements()):
            entry = entries[key]
            yield Change(path, entry, None) if is_live else Change(path, None, entry)


def _is_object(value: Any) -> bool:
    return value is None or isinstance(value, Mapping)


def _merged(member: Member, live: Any, desired: Any) -> Any:
    match member:
        case WhereSaid(inner):
            return _merged(inner, live, desired)
        case Members(known) if isinstance(live, Mapping) and isinstance(desired, Mapping):
            result = {
                name: _merged(known[name], live.get(name), value) if name in known else value
                for name, value in desired.items()
            }
            foreign = {
                name: value
                for name, value in live.items()
                if name not in desired and value is not None and _is_its_own(known.get(name))
            }
            return result | foreign
        case Unordered(item) if isinstance(live, list) and isinstance(desired, list):
            # An item is the same item when everything that we know of it is equal.
            left = {_text(_comparable(item, entry)): entry for entry in live}
            return [
                _merged(item, left.get(_text(_comparable(item, entry))), entry) for entry in desired
            ]
    return desired


def _is_its_own(member: Member | None) -> bool:
    """Tell whether a member that the content does not say is the workspace's to keep."""
    return member is None or isinstance(member, WhereSaid)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _text(value: Any) -> str:
    """Return a text that is equal for equal values only (True is not 1), whatever the key order."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _misfits(path: str, member: Member, value: Any) -> Iterator[str]:
    if value is None:
        return
    match member:
        case WhereSaid(inner):
            yield from _misfits(path, inner, value)
        case Members(known) if isinstance(value, Mapping):
            for name, part in known.items():
                yield from _misfits(f"{path}.{name}", part, value.get(name))
        case Names() if isinstance(value, Mapping):
            for name, column in value.items():
                if column is not None and not isinstance(column, str):
                    yield f"{path}.{visible(name)} is no text"
        case Unordered(item) | Each(item) if isinstance(value, list):
            for entry in value:
                yield from _misfits(path, item, entry)
        case Value(fits=fits) if isinstance(value, (str, bool, int)) and fits(value):
            return
        case _:
            yield f"{path} has a value of another kind than this member has"
