"""What the language service says about one query, as the checks see it.

Plain values that survive a trip through JSON, because analyses are cached. Offsets are characters
of the query, ends exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Literal


class DiagnosticKind(StrEnum):
    """What a diagnostic is about, as far as it matters to what we make of it."""

    SYNTAX = "syntax"
    UNKNOWN_TABLE = "unknown-table"
    UNKNOWN_FUNCTION = "unknown-function"
    UNKNOWN_COLUMN = "unknown-column"
    UNMATCHED_PATTERN = "unmatched-pattern"
    """A column pattern such as `*1` that no column matches."""
    COMPUTED_TABLE = "computed-table"
    """`table(…)` of what is not known before the run; `name` is that expression."""
    SEMANTIC = "semantic"
    LIMIT = "limit"
    """The query could not be analysed: too long, too deep, or the service failed on it."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One diagnostic of the service, with its own code and words.

    `severity` is the service's. For unknown names: `name`; `suggestion` is a known name near it,
    `is_misspelling` that it is one edit away or differs only by case; `tables` are those whose
    columns an unknown column was sought in.
    """

    code: str
    kind: DiagnosticKind
    severity: str
    message: str
    start: int
    end: int
    name: str | None = None
    suggestion: str | None = None
    is_misspelling: bool = False
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column that the query returns.

    `origin` is the (table, column) that it passes on; `held_name` is the name of the column or
    member whose value it holds, whatever the query calls it. None where that is not known.
    """

    name: str
    type: str
    origin: tuple[str, str] | None = None
    held_name: str | None = None


@dataclass(frozen=True, slots=True)
class Opener:
    """The construct that leaves the result open: its text, shortened, and its place."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TableReference:
    """A table that the query reads: where it is named, and the columns that are named of it."""

    name: str
    places: tuple[tuple[int, int], ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FunctionReference:
    """A called function: built in, declared for the workspace, or defined by the query itself."""

    name: str
    origin: Literal["builtin", "declared", "let"]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WatchlistReference:
    """A call of `_GetWatchlist`. `alias` is None where it is not a constant.

    `suggestion` is a declared alias that one nobody declared differs from by one edit.
    """

    alias: str | None
    start: int
    end: int
    suggestion: str | None = None
    is_declared: bool = False


@dataclass(frozen=True, slots=True)
class OperatorReference:
    """A use of an operator that rules must not or should not hold: search, find, a wildcard."""

    kind: Literal["SearchOperator", "FindOperator", "Wildcard"]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class References:
    """What the bound query refers to, in the bodies of the functions that it calls as well."""

    tables: tuple[TableReference, ...] = ()
    functions: tuple[FunctionReference, ...] = ()
    watchlists: tuple[WatchlistReference, ...] = ()
    operators: tuple[OperatorReference, ...] = ()


@dataclass(frozen=True, slots=True)
class InferredColumn:
    """A column that none of `tables` lists, where an organisation wants to be warned of such.

    `suggestion` is a listed column near it.
    """

    name: str
    tables: tuple[str, ...]
    start: int
    end: int
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class TimeFilter:
    """A bound on a table's TimeGenerated (or on ingestion_time()) that is known before the run.

    `ago` counts back from the run; None is a calendar date. `scan` is the offset of the table
    whose rows it filters, where it stands as a plain `where` condition on that table.
    """

    bound: Literal["lower", "upper"]
    ago: timedelta | None
    start: int
    end: int
    scan: int | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """The service's view of a query.

    `columns` is None where the query has no tabular result or could not be analysed. `opened_by`
    is why it may return columns that are not listed, None where it cannot.
    """

    diagnostics: tuple[Diagnostic, ...] = ()
    columns: tuple[ResultColumn, ...] | None = None
    opened_by: Opener | None = None
    references: References = References()
    inferred_columns: tuple[InferredColumn, ...] = ()
    time_filters: tuple[TimeFilter, ...] = ()

    @property
    def is_understood(self) -> bool:
        """Whether the query was understood well enough to speak of what it returns."""
        unclear = {DiagnosticKind.SYNTAX, DiagnosticKind.LIMIT}
        return not any(diagnostic.kind in unclear for diagnostic in self.diagnostics)

    def column(self, name: str) -> ResultColumn | None:
        """Return the result column of exactly this name (names are case-sensitive), or None."""
        return next((column for column in self.columns or () if column.name == name), None)

    def has_column(self, name: str) -> bool | None:
        """Say whether the query returns a column: True, False, or None where it cannot be known."""
        if self.column(name) is not None:
            return True
        if self.columns is None or self.opened_by is not None:
            return None
        return False
