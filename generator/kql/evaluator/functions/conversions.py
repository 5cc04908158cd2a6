"""tostring() and its like; the rules are in `generator.kql.evaluator.conversion`."""

from __future__ import annotations

from generator.kql.evaluator.formats import to_text
from generator.kql.evaluator.functions.registry import Family
from generator.kql.evaluator.values import Value

FAMILY = Family("Conversion")


@FAMILY.scalar("tostring", strict=False)
def tostring(value: Value) -> str:
    """Null gives ''."""
    return to_text(value)
