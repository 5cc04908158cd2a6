"""tostring() and its like; the rules are in `generator.kql_evaluator.conversion`."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from generator.kql_evaluator import conversion
from generator.kql_evaluator.errors import UnsupportedArgumentError
from generator.kql_evaluator.formats import to_text
from generator.kql_evaluator.functions import work
from generator.kql_evaluator.functions.registry import Call, Evaluate, Family
from generator.kql_evaluator.values import Datetime, Timespan, Value, type_of

FAMILY = Family("Conversion")


@FAMILY.scalar("tostring", strict=False, work=work.written)
def tostring(value: Value) -> str:
    """Null gives ''."""
    return to_text(value)


@FAMILY.scalar("toint")
def toint(value: Value) -> int | None:
    """Cut towards zero; null where it does not fit in 32 bits."""
    return conversion.to_int(value)


@FAMILY.scalar("tolong")
def tolong(value: Value) -> int | None:
    """Cut towards zero; datetimes and timespans give their ticks."""
    return conversion.to_long(value)


@FAMILY.scalar("toreal", "todouble")
def toreal(value: Value) -> float | None:
    return conversion.to_real(value)


@FAMILY.scalar("todecimal")
def todecimal(value: Value) -> Decimal | None:
    return conversion.to_decimal(value)


@FAMILY.scalar("tobool", "toboolean")
def tobool(value: Value) -> bool | None:
    return conversion.to_bool(value)


@FAMILY.scalar("todatetime")
def todatetime(value: Value) -> Datetime | None:
    return conversion.to_datetime(value)


@FAMILY.scalar("totimespan", "totime")
def totimespan(value: Value) -> Timespan | None:
    return conversion.to_timespan(value)


@FAMILY.scalar("toguid")
def toguid(value: Value) -> UUID | None:
    return conversion.to_guid(value)


_MOST_DIGITS = 1024


@FAMILY.scalar("tohex", parameters=("long", "long"))
def tohex(number: int, digits: int = 0) -> str:
    """Negative numbers in two's complement: 16 digits, or fewer where a length is asked for."""
    if digits > _MOST_DIGITS:
        raise UnsupportedArgumentError(f"more than {_MOST_DIGITS} digits")
    text = format(number & 0xFFFF_FFFF_FFFF_FFFF, "x")
    if number < 0 and digits:
        text = text[-digits:] if set(text[:-digits]) <= {"f"} else text
    return text.rjust(digits, "0")


_INT_RANGE = range(-0x8000_0000, 0x8000_0000)


@FAMILY.prepared("gettype", strict=False)
def gettype(call: Call) -> Evaluate:
    """The type of the value itself where the expression is dynamic."""
    declared = call.arguments[0].type

    def evaluate(value: Value) -> str:
        if declared not in {"dynamic", "unknown"}:
            return declared
        if value is None:
            return "null"
        if isinstance(value, list):
            return "array"
        if isinstance(value, dict):
            return "dictionary"
        name = type_of(value)
        return "int" if name == "long" and value in _INT_RANGE else name

    return evaluate
