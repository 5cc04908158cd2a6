"""Whether a computed value is the one that a page of the KQL reference prints.

Pages print thousands separators, several spellings of date-times, fewer digits than computed, JSON
with blanks, line ends as <br> and code in back quotes; a cell of a page's table runs blanks
together; null and '' are both blank. Only such differences of print are bridged here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from decimal import Decimal

from generator.kql_evaluator.formats import json_text, to_text
from generator.kql_evaluator.parsing import parse_datetime, parse_timespan
from generator.kql_evaluator.values import Datetime, Row, Timespan, Value

_NEAR = Decimal("1e-12")
"""Relative. Libraries of floating-point functions differ in the last digits."""


def same_rows(printed: Sequence[Sequence[str]], rows: Sequence[Row], *, ordered: bool) -> bool:
    """Whether rows are the printed ones, in the printed order where that is asked for."""
    if len(printed) != len(rows):
        return False
    if ordered:
        return all(map(same_row, printed, rows))
    left = list(rows)
    for wanted in printed:
        place = next((at for at, row in enumerate(left) if same_row(wanted, row)), None)
        if place is None:
            return False
        del left[place]
    return True


def same_row(printed: Sequence[str], row: Row) -> bool:
    """Whether a row is the printed one, cell by cell."""
    return len(printed) == len(row) and all(map(same_cell, printed, row))


def same_cell(printed: str, value: Value) -> bool:
    """Whether a cell is the printed one."""
    printed = re.sub(r"<br ?/?>", "\n", printed).strip().strip("`")
    if to_text(value).split() == printed.split() or (value is None and printed == "null"):
        return True
    if isinstance(value, bool):
        return printed.lower() in ({"true", "1"} if value else {"false", "0"})
    if isinstance(value, (Datetime, Timespan)):
        read = parse_datetime if isinstance(value, Datetime) else parse_timespan
        return read(printed) == value
    if isinstance(value, (int, float, Decimal)):
        return _same_number(printed, value)
    return isinstance(value, (list, dict)) and _same_json(printed, value)


def _same_number(printed: str, value: float | Decimal) -> bool:
    try:
        wanted = Decimal(printed.replace(",", ""))
        given = Decimal(str(value))
    except ArithmeticError:
        return False
    if not wanted.is_finite() or not given.is_finite():
        return str(wanted) == str(given)
    if abs(wanted - given) <= _NEAR * abs(wanted):
        return True
    exponent = wanted.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= 0 or isinstance(value, int):
        return False
    return abs(wanted - given) < Decimal(1).scaleb(exponent)


def _same_json(printed: str, value: Value) -> bool:
    try:
        return _same_value(json.loads(printed), json.loads(json_text(value)))
    except ValueError:
        return False


def _same_value(printed: Value, value: Value) -> bool:
    if isinstance(printed, dict) and isinstance(value, dict):
        return printed.keys() == value.keys() and all(
            _same_value(item, value[key]) for key, item in printed.items()
        )
    if isinstance(printed, list) and isinstance(value, list):
        return len(printed) == len(value) and all(map(_same_value, printed, value))
    if isinstance(printed, bool) or isinstance(value, bool):
        return printed is value
    if isinstance(printed, (int, float)) and isinstance(value, (int, float)):
        return _same_number(json.dumps(printed), value)
    if isinstance(printed, str) and isinstance(value, str) and printed != value:
        moment = parse_datetime(printed)
        return moment is not None and moment == parse_datetime(value)
    return bool(printed == value)
