"""The tables of a query and the data types of a rule's required data connectors."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import DocumentPath
from generator.kql.analysis import Analysis, DiagnosticKind

_WATCHLIST_FUNCTIONS = frozenset({"_GetWatchlist", "_GetWatchlistAlias"})

_OTHER_NAMES = {"securityevents": "SecurityEvent"}
"""Data types of published connectors that are no table's name."""


def listed_data_types(detection: Detection) -> Iterator[tuple[DocumentPath, str]]:
    """Yield each data type as it is written, with its path in the document."""
    connectors = detection.document.get("requiredDataConnectors")
    if not isinstance(connectors, list):
        return
    for index, connector in enumerate(connectors):
        if not isinstance(connector, dict):
            continue
        for position, data_type in enumerate(connector.get("dataTypes") or ()):
            yield ("requiredDataConnectors", index, "dataTypes", position), str(data_type)


def table_of(data_type: str) -> str:
    """Return the table of a data type: `SecurityAlert (MCAS)` is a part of SecurityAlert."""
    table = data_type.partition(" (")[0].strip()
    return _OTHER_NAMES.get(table.casefold(), table)


def data_types(detection: Detection) -> dict[str, str]:
    """Return the tables that the connectors deliver, by their names in lower case."""
    tables = [table_of(data_type) for _, data_type in listed_data_types(detection)]
    return {table.casefold(): table for table in tables}


def tables_read(analysis: Analysis) -> Iterator[tuple[str, int, int]]:
    """Yield each table that the query reads, with its first place.

    A name that nobody declared counts where only a custom table can have it: others may be saved
    functions.
    """
    undeclared = {
        diagnostic.name: (diagnostic.start, diagnostic.end)
        for diagnostic in analysis.diagnostics
        if diagnostic.kind is DiagnosticKind.UNKNOWN_TABLE and diagnostic.name
    }
    for table in analysis.references.tables:
        if table.places and table.name not in undeclared:
            yield (table.name, *table.places[0])
    for name, (start, end) in undeclared.items():
        if name.endswith("_CL"):
            yield name, start, end


def calls_functions_of_the_workspace(analysis: Analysis) -> bool:
    """Tell whether the query calls parsers or saved functions, whose tables may not be known."""
    parsers = any(
        called.origin == "declared" and called.name not in _WATCHLIST_FUNCTIONS
        for called in analysis.references.functions
    )
    return parsers or any(
        diagnostic.kind in {DiagnosticKind.UNKNOWN_FUNCTION, DiagnosticKind.UNKNOWN_TABLE}
        for diagnostic in analysis.diagnostics
    )
