"""Functions on text."""

from __future__ import annotations

from generator.kql.evaluator.formats import to_text
from generator.kql.evaluator.functions.registry import Family
from generator.kql.evaluator.values import Value

FAMILY = Family("Strings")


@FAMILY.scalar("tolower", parameters=("string",))
def tolower(text: str) -> str:
    return text.lower()


@FAMILY.scalar("strcat", strict=False)
def strcat(*parts: Value) -> str:
    """Nulls count as empty text."""
    return "".join(to_text(part) for part in parts)
