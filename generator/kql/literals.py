"""Python values as KQL literals, correct by construction.

The one place that turns a value into KQL text. A literal is a single expression that no text before
or after it can change, unless it is put inside a string, a comment or a `datetime(…)`; finding
those is the templates' work. Syntax: Microsoft's KQL reference, "Scalar data types", checked
against the lexer of Kusto.Language.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, singledispatch
from importlib import resources
from typing import Literal

LONG_MIN, LONG_MAX = -(2**63), 2**63 - 1
"""The range of KQL's long, and of the integers in a dynamic value."""

LONGEST_TIMESPAN = timedelta(days=10675199, seconds=10085, microseconds=477580)
"""KQL counts 100 ns in a long; this is its largest value in whole microseconds."""

_DEEPEST_DYNAMIC = 50
_BARE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_SHORT_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}
_NEEDS_A_LOOK = re.compile(r"[^ !#-\[\]-~]")
_TIMESPAN_UNITS = (
    ("d", timedelta(days=1)),
    ("h", timedelta(hours=1)),
    ("m", timedelta(minutes=1)),
    ("s", timedelta(seconds=1)),
    ("ms", timedelta(milliseconds=1)),
    ("microsecond", timedelta(microseconds=1)),
)

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Identifier:
    """A name in a query: a column or a table."""

    kind: Literal["column", "table"]
    name: str


@dataclass(frozen=True, slots=True)
class Dynamic:
    """A value that is to be dynamic in KQL although its Python type would give another literal."""

    value: Json


Value = (
    str
    | bool
    | int
    | float
    | datetime
    | timedelta
    | Identifier
    | Dynamic
    | list[Json]
    | dict[str, Json]
)
"""What has a literal. A list or dict becomes dynamic by itself."""


class NoLiteralError(ValueError):
    """A value that KQL cannot hold; the message says which and why."""


@singledispatch
def literal(value: object) -> str:
    """Return the literal of a value's own KQL type. Raises NoLiteralError."""
    if value is None:
        raise NoLiteralError("null has no KQL literal of its own; every null in KQL has a type")
    raise NoLiteralError(f"a {type(value).__name__} has no KQL literal")


@literal.register
def string_literal(text: str) -> str:
    """Return `"…"` with everything escaped that would end the string or hide what it says.

    Letters of any script stay readable; control, invisible and direction-changing characters are
    written as escapes. Raises NoLiteralError for half of a surrogate pair.
    """
    return f'"{_NEEDS_A_LOOK.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if short := _SHORT_ESCAPES.get(character):
        return short
    if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Co", "Cn"):
        units = character.encode("utf-16-be")
        return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
    if unicodedata.category(character) == "Cs":
        raise NoLiteralError(f"U+{ord(character):04X} is half of a surrogate pair, not a character")
    return character


@literal.register
def bool_literal(value: bool) -> str:
    """Return `true` or `false`."""
    return "true" if value else "false"


@literal.register
def long_literal(value: int) -> str:
    """Return an integer. Raises NoLiteralError outside of 64 bits."""
    if not LONG_MIN <= value <= LONG_MAX:
        raise NoLiteralError("the integer does not fit in 64 bits")
    # Without its sign the smallest long is one too large for a token.
    return f"long({value})" if value == LONG_MIN else str(value)


@literal.register
def real_literal(value: float) -> str:
    """Return a real, always recognisable as one. Raises NoLiteralError for NaN and infinities."""
    if not math.isfinite(value):
        raise NoLiteralError(f"{value} is not a finite number")
    text = repr(value)
    return f"real({text})" if "e" in text else text


@literal.register
def timespan_literal(value: timedelta) -> str:
    """Return a timespan in its largest whole unit: `90m`, `1d`; zero is `0s`.

    Raises NoLiteralError beyond KQL's range of about 29,000 years.
    """
    if abs(value) > LONGEST_TIMESPAN:
        raise NoLiteralError(f"the timespan is longer than KQL's {LONGEST_TIMESPAN.days} days")
    if not value:
        return "0s"
    suffix, unit = next((s, u) for s, u in _TIMESPAN_UNITS if not value % u)
    return f"{value // unit}{suffix}"


@literal.register
def datetime_literal(value: datetime) -> str:
    """Return `datetime(…Z)`, always with the Z. A value without an offset is taken as UTC."""
    try:
        utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError as error:
        raise NoLiteralError(
            "the datetime leaves the years 1 to 9999 when it is put in UTC"
        ) from error
    return f"datetime({utc.replace(tzinfo=None).isoformat()}Z)"


@literal.register(list)
@literal.register(tuple)
@literal.register(Mapping)
@literal.register(Dynamic)
def dynamic_literal(value: object) -> str:
    """Return `dynamic(…)` of a JSON value. Raises NoLiteralError where it is not JSON."""
    return f"dynamic({_json(value, _DEEPEST_DYNAMIC)})"


def _json(value: object, levels: int) -> str:
    if levels == 0:
        raise NoLiteralError(f"the value is nested more than {_DEEPEST_DYNAMIC} levels deep")
    if isinstance(value, Dynamic):
        return _json(value.value, levels)
    if isinstance(value, list | tuple):
        return f"[{', '.join([_json(item, levels - 1) for item in value])}]"
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise NoLiteralError(f"the key {key!r} of a dynamic value is not text")
        members = [f"{string_literal(k)}: {_json(v, levels - 1)}" for k, v in value.items()]
        return f"{{{', '.join(members)}}}"
    return _json_scalar(value)


def _json_scalar(value: object) -> str:
    match value:
        case None:
            return "null"
        case str() | bool():
            return literal(value)
        case int() if LONG_MIN <= value <= LONG_MAX:
            return str(value)
        case float() if math.isfinite(value):
            return repr(value)
        case int() | float():
            raise NoLiteralError("a number in the value is not finite or does not fit in 64 bits")
    raise NoLiteralError(f"a {_type_name(value)} cannot stand inside a dynamic value")


def _type_name(value: object) -> str:
    names = {timedelta: "timespan", datetime: "datetime"}
    if isinstance(value, Identifier):
        return f"{value.kind} name"
    return names.get(type(value), type(value).__name__)


@literal.register
def _identifier_literal(value: Identifier) -> str:
    return identifier(value.name)


def identifier(name: str) -> str:
    """Return a column's or table's name, bracketed and quoted where it is not plain.

    Raises NoLiteralError for an empty name and for control or invisible characters, which no
    column or table of a workspace has.
    """
    if not name.strip():
        raise NoLiteralError("a name cannot be empty")
    for character in name:
        if unicodedata.category(character)[0] == "C" or character in "\u2028\u2029":
            raise NoLiteralError(f"a name cannot hold the character U+{ord(character):04X}")
    if _BARE_NAME.fullmatch(name) and name not in _keywords():
        return name
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"


@cache
def _keywords() -> frozenset[str]:
    """Return the words that KQL may read as its own; a name that is one of them is quoted."""
    text = resources.files("generator.kql").joinpath("keywords.txt").read_text("ascii")
    return frozenset(text.split())


@cache
def builtin_functions() -> frozenset[str]:
    """Return the names of KQL's own functions and aggregates, as the language service has them."""
    text = resources.files("generator.kql").joinpath("builtin-functions.txt").read_text("ascii")
    return frozenset(text.split())
