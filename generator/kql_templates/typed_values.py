"""YAML values as values of a template's types, or what is wrong with them.

Plain Python values wherever one says the type, so that comparisons and loops in templates work as
anybody expects: timespans are `timedelta`s, datetimes are `datetime`s in UTC. No Jinja in here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

from generator.kql.literals import Dynamic, Identifier, Value, literal
from generator.kql_templates.scalar_text import parse_datetime, parse_timespan
from generator.text.near_names import did_you_mean


class UnusableValueError(ValueError):
    """A value that is not of its type; the message says what to write instead.

    `item` is the index of the list's item that is at fault; None where it is the whole value.
    """

    def __init__(self, message: str, item: int | None = None) -> None:
        super().__init__(message)
        self.item = item


def parameter_value(type_: str, value: object) -> Value:
    """Return a parameter's value, given the type that its declaration names.

    Raises ValueError with what is wrong and how to write it right.
    """
    converted = _CONVERSIONS[type_](value)
    _check_literal(converted)
    return converted


def untyped_value(value: object) -> Value:
    """Return a value of `values`, whose type follows from how it is written in YAML.

    Raises ValueError with what is wrong and how to write it right.
    """
    converted = _untyped(value, in_list=False)
    _check_literal(converted)
    return converted


def _check_literal(value: Value) -> None:
    if isinstance(value, list) and any(
        isinstance(item, Identifier | timedelta | datetime) for item in value
    ):
        # To loop over; written as a whole it is refused where it is written.
        for item in value:
            literal(item)
        return
    literal(value)


def _untyped(value: object, *, in_list: bool) -> Value:
    match value:
        case bool() if in_list:
            raise UnusableValueError(_UNQUOTED)
        case str() | bool() | int() | float():
            return value
        case list():
            return _items(value, lambda item: _untyped(item, in_list=True))
        case Mapping():
            return _typed(value)
        case _:
            raise UnusableValueError("null is no value here; leave the name out")


def _items(value: list[object], convert: Callable[[object], Value]) -> Value:
    converted = []
    for index, item in enumerate(value):
        try:
            converted.append(convert(item))
        except UnusableValueError as error:
            raise UnusableValueError(str(error), index) from error
    return converted  # type: ignore[return-value]


def _typed(value: Mapping[object, object]) -> Value:
    kinds = ("timespan", "datetime", "dynamic", "column", "table")
    if len(value) == 1:
        ((kind, content),) = value.items()
        if kind in kinds:
            return _CONVERSIONS[str(kind)](content)
        if hint := did_you_mean(str(kind), kinds):
            raise UnusableValueError(f"{kind!r} is no type of a value{hint}")
    raise UnusableValueError(
        f"a mapping names a type, one of {{{', '.join(kinds)}: …}}; a KQL property bag is "
        "{dynamic: {…}}"
    )


_UNQUOTED = (
    "the list holds true or false. YAML reads NO, on, off, yes and y-words like them as booleans; "
    'quote them ("NO") where text is meant'
)


def _string(value: object) -> str:
    if isinstance(value, bool):
        raise UnusableValueError(
            "this is true or false, not text. YAML reads NO, on, yes and the like as booleans; "
            'quote them ("NO")'
        )
    if not isinstance(value, str):
        raise UnusableValueError(f"{_shown(value)} is not text; quote it")
    return value


def _int(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnusableValueError(f"{_shown(value)} is not a whole number")
    return value


def _real(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnusableValueError(f"{_shown(value)} is not a number")
    try:
        return float(value)
    except OverflowError as error:
        raise UnusableValueError("the number is too large for a real") from error


def _bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise UnusableValueError(f"{_shown(value)} is not true or false")
    return value


def _datetime(value: object) -> datetime:
    if not isinstance(value, str):
        raise UnusableValueError(f"{_shown(value)} is not a datetime such as 2026-01-31T08:00:00Z")
    return parse_datetime(value)


def _timespan(value: object) -> timedelta:
    if not isinstance(value, str):
        raise UnusableValueError(
            f"{_shown(value)} is not a timespan such as 90s, 5m, 1h30m or 7d; quote one with colons"
        )
    return parse_timespan(value)


def _strings(value: object) -> Value:
    if not isinstance(value, list):
        raise UnusableValueError(f"{_shown(value)} is not a list of text; write [a, b]")
    return _items(value, _string_of_list)


def _string_of_list(value: object) -> str:
    if isinstance(value, bool):
        raise UnusableValueError(_UNQUOTED)
    if not isinstance(value, str):
        raise UnusableValueError(f"the list holds {_shown(value)}, which is not text; quote it")
    return value


def _ints(value: object) -> Value:
    if not isinstance(value, list):
        raise UnusableValueError(f"{_shown(value)} is not a list of whole numbers; write [1, 2]")
    return _items(value, _int)


def _dynamic(value: object) -> Value:
    if isinstance(value, list):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    return Dynamic(value)  # type: ignore[arg-type]


def _identifier(kind: Literal["column", "table"]) -> Callable[[object], Identifier]:
    def convert(value: object) -> Identifier:
        if not isinstance(value, str):
            raise UnusableValueError(f"{_shown(value)} is not the name of a {kind}; quote it")
        return Identifier(kind, value)

    return convert


def _shown(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value) if abs(value) < 10**30 else "a very large number"
        case str():
            return repr(value if len(value) <= 40 else value[:39] + "…")
        case Mapping():
            return "a mapping"
        case _:
            return "a list"


_CONVERSIONS: Mapping[str, Callable[[object], Value]] = MappingProxyType(
    {
        "string": _string,
        "int": _int,
        "real": _real,
        "bool": _bool,
        "datetime": _datetime,
        "timespan": _timespan,
        "list of string": _strings,
        "list of int": _ints,
        "dynamic": _dynamic,
        "column": _identifier("column"),
        "table": _identifier("table"),
    }
)
