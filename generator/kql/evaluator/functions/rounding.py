"""bin() and its like."""

from __future__ import annotations

import math
from collections.abc import Callable

from generator.kql.evaluator.functions.registry import Call, Evaluate, Family
from generator.kql.evaluator.values import Value, datetime_or_null, timespan_or_null

FAMILY = Family("Rounding")

_RESULTS: dict[str, Callable[[int], Value]] = {
    "datetime": datetime_or_null,
    "timespan": timespan_or_null,
}


@FAMILY.prepared("bin", "floor")
def bin_(call: Call) -> Evaluate:
    """Round down to a multiple; null for a bin size of zero or less."""
    wrap = _RESULTS.get(call.result_type)

    def whole(value: int, size: int) -> Value:
        if size <= 0:
            return None
        rounded = value // size * size
        return wrap(rounded) if wrap else rounded

    def real(value: float, size: float) -> Value:
        return math.floor(value / size) * size if size > 0 and math.isfinite(value) else None

    return real if call.result_type in {"real", "decimal"} else whole
