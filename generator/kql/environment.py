"""What a query may refer to: tables, functions and watchlists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

Columns = tuple[tuple[str, str], ...]
"""(name, KQL type) in order."""


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table. `is_open`: it may have columns that nobody declared.

    `warns`: it is open, but using such a column is worth a warning.
    """

    name: str
    columns: Columns
    is_open: bool = False
    warns: bool = False


@dataclass(frozen=True, slots=True)
class FunctionSchema:
    """A function of the workspace.

    `parameters` is KQL, `(a:string, b:int=5)`. With a `body`, also KQL in braces, the result
    follows from it; without one, the function is declared by its result: `columns`, and whether it
    is open.
    """

    name: str
    parameters: str = "()"
    body: str | None = None
    columns: Columns = ()
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class WatchlistSchema:
    """A watchlist by its alias, with the columns that its items have besides Sentinel's own."""

    alias: str
    columns: Columns


Symbol = FunctionSchema | WatchlistSchema
"""What content may give to queries."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Everything that is declared, by name. Names are case-sensitive, watchlist aliases are not.

    `faulty` are functions whose own files have errors, `undeclared` the tables that nobody declared
    and that such files read: what follows from either was told at the file and is not told again.
    """

    tables: Mapping[str, TableSchema] = field(default_factory=dict)
    functions: Mapping[str, FunctionSchema] = field(default_factory=dict)
    watchlists: Mapping[str, WatchlistSchema] = field(default_factory=dict)
    faulty: frozenset[str] = frozenset()
    undeclared: frozenset[str] = frozenset()

    def with_tables(self, tables: Iterable[TableSchema]) -> Environment:
        """Return this environment with further tables, each replacing one of its name."""
        return replace(self, tables={**self.tables, **{table.name: table for table in tables}})

    def with_symbols(self, symbols: Iterable[Symbol]) -> Environment:
        """Return this environment with what content gives to queries.

        It takes the place of what is declared under the same name: the content is what is deployed.
        """
        functions, watchlists = dict(self.functions), dict(self.watchlists)
        for symbol in symbols:
            if isinstance(symbol, FunctionSchema):
                functions[symbol.name] = symbol
            else:
                same = [a for a in watchlists if a.casefold() == symbol.alias.casefold()]
                for alias in same:
                    del watchlists[alias]
                watchlists[symbol.alias] = symbol
        return replace(self, functions=functions, watchlists=watchlists)
