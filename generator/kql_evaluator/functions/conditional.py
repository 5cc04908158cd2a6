"""iff, case, coalesce and the tests for null and empty."""

from __future__ import annotations

from generator.kql_evaluator.conversion import to_bool
from generator.kql_evaluator.functions.registry import Family
from generator.kql_evaluator.values import Value

FAMILY = Family("Conditional")


@FAMILY.scalar("iff", "iif", parameters=("bool", "any"), strict=False)
def iff(condition: bool | None, then: Value, otherwise: Value) -> Value:
    """A null condition counts as false."""
    return then if condition else otherwise


@FAMILY.scalar("case", strict=False)
def case(*arguments: Value) -> Value:
    """Return the value after the first condition that is true, else the last argument."""
    for index in range(0, len(arguments) - 1, 2):
        if to_bool(arguments[index]):
            return arguments[index + 1]
    return arguments[-1]


@FAMILY.scalar("coalesce", strict=False)
def coalesce(*arguments: Value) -> Value:
    """Return the first argument that is neither null nor the empty string."""
    for value in arguments[:-1]:
        if value is not None and value != "":
            return value
    return arguments[-1]


@FAMILY.scalar("isnull", strict=False)
def isnull(value: Value) -> bool:
    """A string, even an empty one, is not null."""
    return value is None


@FAMILY.scalar("isnotnull", "notnull", strict=False)
def isnotnull(value: Value) -> bool:
    return value is not None


@FAMILY.scalar("isempty", strict=False)
def isempty(value: Value) -> bool:
    """True for null and for the empty string."""
    return value is None or value == ""


@FAMILY.scalar("isnotempty", "notempty", strict=False)
def isnotempty(value: Value) -> bool:
    return not (value is None or value == "")
