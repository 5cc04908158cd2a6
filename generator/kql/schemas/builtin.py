"""The tables and functions that every Sentinel workspace can have.

`tables.json` holds column names and types from the Azure Monitor table reference,
`open_tables.json` which tables may have more, `defender_tables.json` those that Defender alone has,
`functions.json` the functions that Sentinel adds to KQL. Nothing here knows about files of an
organisation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from generator.kql.environment import Columns, Environment, FunctionSchema, TableSchema

STANDARD_COLUMNS: Columns = (
    ("TimeGenerated", "datetime"),
    ("TenantId", "string"),
    ("SourceSystem", "string"),
    ("Type", "string"),
    ("_ResourceId", "string"),
    ("_SubscriptionId", "string"),
    ("_ItemId", "string"),
    ("_IsBillable", "string"),
    ("_BilledSize", "real"),
    ("_TimeReceived", "datetime"),
)
"""Columns of every table of a workspace.

https://learn.microsoft.com/azure/azure-monitor/logs/log-standard-columns
"""


@cache
def builtin_environment() -> Environment:
    """Return the tables and functions of Sentinel itself."""
    columns = _data("tables.json")
    kinds = _data("open_tables.json")
    of_open = {*kinds["resourceLogs"], *kinds["listedInPart"], *kinds["notListed"]}
    tables = {
        name: TableSchema(
            name, with_standard_columns(read_columns(columns.get(name, ""))), name in of_open
        )
        for name in sorted({*columns, *of_open})
    }
    functions = {
        name: FunctionSchema(
            name,
            function["parameters"],
            function.get("body"),
            _function_columns(function, tables),
            function.get("open", False),
        )
        for name, function in _data("functions.json").items()
    }
    return Environment(MappingProxyType(tables), MappingProxyType(functions))


@cache
def defender_tables() -> Mapping[str, str | None]:
    """Return the tables that only Defender's advanced hunting has, with what Sentinel has instead.

    By their names in lower case: Microsoft's own pages spell some of them in two ways.
    """
    tables: dict[str, str | None] = _data("defender_tables.json")["tables"]
    return MappingProxyType({name.casefold(): instead for name, instead in tables.items()})


def read_columns(text: str) -> Columns:
    """Read `Name:type Name:type …`."""
    return tuple((name, type_) for name, _, type_ in (item.partition(":") for item in text.split()))


def with_standard_columns(columns: Columns) -> Columns:
    """Return a table's own columns and, after them, the standard ones that it does not define."""
    own = {name for name, _ in columns}
    return (*columns, *(column for column in STANDARD_COLUMNS if column[0] not in own))


def _function_columns(function: dict[str, Any], tables: dict[str, TableSchema]) -> Columns:
    own = read_columns(function.get("columns", ""))
    names = {name for name, _ in own}
    of_table = tables[function["table"]].columns if "table" in function else ()
    return (*own, *(column for column in of_table if column[0] not in names))


def _data(name: str) -> dict[str, Any]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data
