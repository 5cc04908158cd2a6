"""Plain values of YAML that no artifact holds, or that are others than they look like."""

from __future__ import annotations

import math
import re
from typing import Any

from generator.findings import Code, Severity

UNUSABLE_NUMBER = Code(
    "SG013",
    summary="Number out of range",
    explanation=(
        "Artifacts are JSON, which has no infinity and no NaN, and integers in KQL have 64 bits. "
        "An identifier made of digits is text: put it in quotes."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
OTHER_VALUE = Code(
    "SG015",
    summary="Value that is another one than it looks like",
    explanation=(
        "YAML 1.1 reads 010 as eight, 1:30 as ninety, and NO (Norway) and on as false and true; "
        "YAML 1.2, which most editors follow, reads ten and texts. Write a number without leading "
        "zeros and colons, write true or false, and put quotes around what is a text, such as a "
        "time, an identifier or the code of a country. The settings in sentinelgen.yaml may be on "
        "and off."
    ),
    severity=Severity.ERROR,
    source="YAML 1.1 (int: base 8 and base 60; bool) against YAML 1.2, 10.3.2.",
    waivable=False,
)

_IN_OTHER_BASE = re.compile(r"[-+]?(?:0[0-9_]+(?![.0-9_eE])|[0-9_]+:[0-9:_.]+)")
_INT64 = range(-(2**63), 2**63)


def value_fault(text: str, value: Any) -> tuple[Code, str] | None:
    """Return the code of what is wrong with a plain value and what to say behind it, or None.

    `value` is what YAML 1.1 makes of the text.
    """
    if isinstance(value, bool):
        is_word = text.casefold() not in {"true", "false"}
        return (OTHER_VALUE, f"is read as {str(value).lower()}") if is_word else None
    if _IN_OTHER_BASE.fullmatch(text):
        return OTHER_VALUE, f"is read as {value}"
    if isinstance(value, float) and not math.isfinite(value):
        return UNUSABLE_NUMBER, "is no number that JSON can hold"
    if isinstance(value, int) and value not in _INT64:
        return UNUSABLE_NUMBER, "does not fit into 64 bits"
    return None
