"""Values of the evaluator as plain JSON, in the forms that `sentinelgen query` prints."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from generator.kql_evaluator.formats import datetime_text, real_text, timespan_text
from generator.kql_evaluator.values import (
    Datetime,
    Timespan,
    Value,
)


def json_value(value: Value) -> Any:
    """Return a value as JSON data.

    Datetimes are ISO text with Z, timespans `d.hh:mm:ss.fffffff`; a number that JSON cannot hold is
    the text NaN, Infinity or -Infinity; null is null.
    """
    if isinstance(value, dict):
        return {key: json_value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [json_value(item) for item in value]
    write = _WRITERS.get(type(value))
    return value if write is None else write(value)


_WRITERS: Mapping[type, Callable[[Any], Any]] = {
    Datetime: datetime_text,
    Timespan: partial(timespan_text, in_full=True),
    float: lambda value: value if math.isfinite(value) else real_text(value),
    Decimal: lambda value: float(value) if value.is_finite() else str(value),
    UUID: str,
}
