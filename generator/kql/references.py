"""What each detection really reads: tables with their columns, functions, watchlists.

Taken from the bound queries, not from their text. Plain data, so that commands, connectors and
documentation can build on it; nothing here knows about rules or prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from generator.kql.analysis import Analysis, DiagnosticKind


@dataclass(frozen=True, slots=True)
class DetectionReferences:
    """What one detection reads, each list sorted by name.

    `tables` holds the columns that the query names or its mappings take over unchanged. `unknown`
    are tables and functions that nobody declared: they may be read, but nothing is known of them.
    `watchlists` are aliases; one that is computed has none and is left out.
    """

    detection: str
    tables: tuple[tuple[str, tuple[str, ...]], ...]
    functions: tuple[str, ...]
    watchlists: tuple[str, ...]
    unknown: tuple[str, ...]


def detection_references(
    detection: str, analysis: Analysis, mapped_columns: Iterable[str] = ()
) -> DetectionReferences:
    """Return what a detection reads. `mapped_columns` are the result columns that its rule uses."""
    unknown = {
        item.name
        for item in analysis.diagnostics
        if item.kind in {DiagnosticKind.UNKNOWN_TABLE, DiagnosticKind.UNKNOWN_FUNCTION}
        and item.name
    }
    tables: dict[str, set[str]] = {
        table.name: set(table.columns)
        for table in analysis.references.tables
        if table.name not in unknown
    }
    for name in mapped_columns:
        column = analysis.column(name)
        if column is not None and column.origin is not None and column.origin[0] in tables:
            tables[column.origin[0]].add(column.origin[1])
    return DetectionReferences(
        detection,
        tuple((name, tuple(sorted(columns))) for name, columns in sorted(tables.items())),
        _sorted(
            called.name for called in analysis.references.functions if called.origin == "declared"
        ),
        _sorted(item.alias for item in analysis.references.watchlists if item.alias is not None),
        _sorted(unknown),
    )


def references_json(references: Sequence[DetectionReferences]) -> dict[str, Any]:
    """Return the index as JSON data: by detection, and the detections by what they read."""
    return {
        "detections": [
            {
                "detection": entry.detection,
                "tables": {name: list(columns) for name, columns in entry.tables},
                "functions": list(entry.functions),
                "watchlists": list(entry.watchlists),
                "unknown": list(entry.unknown),
            }
            for entry in references
        ],
        "tables": _inverted((name, entry) for entry in references for name, _ in entry.tables),
        "functions": _inverted((name, entry) for entry in references for name in entry.functions),
        "watchlists": _inverted((name, entry) for entry in references for name in entry.watchlists),
    }


def references_text(references: Sequence[DetectionReferences]) -> str:
    """Return the index for a reader: one block per detection."""
    lines: list[str] = []
    for entry in references:
        lines.append(entry.detection)
        for name, columns in entry.tables:
            lines.append(f"  table {name}: {', '.join(columns) or 'no column by name'}")
        lines.extend(f"  function {name}" for name in entry.functions)
        lines.extend(f"  watchlist {name}" for name in entry.watchlists)
        lines.extend(f"  unknown {name}" for name in entry.unknown)
    return "".join(f"{line}\n" for line in lines)


def _inverted(pairs: Iterable[tuple[str, DetectionReferences]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, entry in pairs:
        found.setdefault(name, []).append(entry.detection)
    return dict(sorted(found.items()))


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))
