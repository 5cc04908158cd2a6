"""The documentation's page of the functions that can be evaluated, made from their declarations."""

from __future__ import annotations

from collections.abc import Mapping

from generator.kql_evaluator.expressions.calls import SPECIAL_FUNCTIONS
from generator.kql_evaluator.functions import catalogue
from generator.kql_evaluator.functions.registry import (
    AggregateFunction,
    Family,
    ScalarFunction,
    WindowFunction,
)

_INTRODUCTION = """\
# KQL functions that tests can evaluate

<!-- Generated from the declarations; tests/kql_evaluator/functions/test_page.py says when it is
     stale and how to write it anew. -->

`sentinelgen test` and `sentinelgen query` compute these {count} functions locally. A query that
uses another one is refused with its name and position, and its test fails.

The remark is what differs from a first guess or from the engine; what a function does in general
is in the [KQL reference](https://learn.microsoft.com/kusto/query/scalar-functions). Where nothing
else is said, a null argument gives null (`''` where the result is a string).

Not computed, because their result is nowhere but in the service or differs at every call:
`geo_info_from_ip_address`, `rand`, `new_guid`, `current_principal` and its like, `cursor_*`,
`extent_*`; and what the reference does not define to the bit: the sketches (`hll`, `tdigest`),
`hash_combine`, the compressors.
"""

_COLUMN_NOTES = {
    "bag_pack_columns": "",
    "column_ifexists": "The name must be a constant.",
    "column_names_of": "",
    "columnifexists": "The name must be a constant.",
    "ingestion_time": "The event's `_TimeReceived`, else its `TimeGenerated`.",
    "not": "Null stays null.",
    "pack_all": "",
}

_Declared = ScalarFunction | AggregateFunction | WindowFunction


def functions_markdown() -> str:
    """Return `docs/functions.md`. Aliases share a row."""
    families = sorted(catalogue().families, key=lambda family: family.title)
    tables = [_table(family.title, _rows(_declared(family))) for family in families]
    special = {name: _COLUMN_NOTES[name] for name in sorted(SPECIAL_FUNCTIONS)}
    tables.append(_table("Columns and logic", list(special.items())))
    joined = catalogue()
    names = {*joined.scalars, *joined.aggregates, *joined.windows, *SPECIAL_FUNCTIONS}
    return "\n".join([_INTRODUCTION.format(count=len(names)), *tables])


def _declared(family: Family) -> Mapping[str, _Declared]:
    return {**family.scalars, **family.aggregates, **family.windows}


def _rows(functions: Mapping[str, _Declared]) -> list[tuple[str, str]]:
    """Join the names of one implementation; the first declared one leads."""
    aliases: dict[int, list[str]] = {}
    notes: dict[int, str] = {}
    for name, function in functions.items():
        key = id(_implementation(function))
        aliases.setdefault(key, []).append(name)
        notes[key] = function.note
    return sorted(("`, `".join(names), notes[key]) for key, names in aliases.items())


def _implementation(function: _Declared) -> object:
    if isinstance(function, ScalarFunction):
        return function.prepare
    return function.create if isinstance(function, AggregateFunction) else function.evaluate


def _table(title: str, rows: list[tuple[str, str]]) -> str:
    lines = [f"## {title}", "", "| Function | Remark |", "|---|---|"]
    lines += [f"| `{names}` | {note.replace('|', chr(92) + '|')} |" for names, note in rows]
    return "\n".join([*lines, ""])
