"""What a query may refer to: tables, functions and watchlists, and which of them it needs.

A query is analysed with exactly the declarations that its text can reach, never with all of them:
declaring the world costs seconds, and an answer must not depend on what other queries needed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from generator.text.globs import starred

Columns = tuple[tuple[str, str], ...]
"""(name, KQL type) in order."""

_NAME = re.compile(r"[A-Za-z_]\w*")
_WORD = re.compile(r"[\w*]+")
_PATTERN = re.compile(r"[A-Za-z_][\w*]*\*[\w*]*|\*\w[\w*]*")


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


@dataclass(frozen=True, slots=True)
class Environment:
    """Everything that is declared, by name. Names are case-sensitive, watchlist aliases are not."""

    tables: Mapping[str, TableSchema] = field(default_factory=dict)
    functions: Mapping[str, FunctionSchema] = field(default_factory=dict)
    watchlists: Mapping[str, WatchlistSchema] = field(default_factory=dict)

    def with_tables(self, tables: Iterable[TableSchema]) -> Environment:
        """Return this environment with further tables, each replacing one of its name."""
        return replace(self, tables={**self.tables, **{table.name: table for table in tables}})


@dataclass(frozen=True, slots=True)
class Declaration:
    """A symbol as the bridge takes it. `key` identifies its content."""

    key: str
    symbol: Mapping[str, object]


def declarations_for(query: str, environment: Environment) -> tuple[Declaration, ...]:
    """Return what a query, and the functions that it reaches, can refer to, in order of name."""
    tables: dict[str, TableSchema] = {}
    functions: dict[str, FunctionSchema] = {}
    texts = [query]
    while texts:
        text = texts.pop()
        for name in _names_in(text, environment):
            if name in environment.tables:
                tables[name] = environment.tables[name]
            if name in environment.functions and name not in functions:
                functions[name] = environment.functions[name]
                texts.append(functions[name].body or "")
    found = [_table_declaration(table) for _, table in sorted(tables.items())]
    found += [_function_declaration(function) for _, function in sorted(functions.items())]
    if "_GetWatchlist" in query or any(
        "_GetWatchlist" in (f.body or "") for f in functions.values()
    ):
        found.append(_watchlists_declaration(environment.watchlists))
    return tuple(found)


def _names_in(text: str, environment: Environment) -> set[str]:
    names = set(_NAME.findall(text))
    # `union Security*` and `['odd name']` do not stand in the text as plain names.
    starred_words = {word for word in _WORD.findall(text) if "*" in word}
    for pattern in {found[0] for found in map(_PATTERN.search, starred_words) if found}:
        wanted = starred(pattern)
        names.update(name for name in environment.tables if wanted.matches(name))
    names.update(
        name
        for name in (*environment.tables, *environment.functions)
        if not (name.isascii() and name.isidentifier()) and name in text
    )
    return names


@lru_cache(maxsize=4096)
def _table_declaration(table: TableSchema) -> Declaration:
    return _declaration("table", table.name, columns=table.columns, open=table.is_open)


@lru_cache(maxsize=4096)
def _function_declaration(function: FunctionSchema) -> Declaration:
    return _declaration(
        "function",
        function.name,
        parameters=function.parameters,
        body=function.body,
        columns=function.columns,
        open=function.is_open,
    )


def _watchlists_declaration(watchlists: Mapping[str, WatchlistSchema]) -> Declaration:
    known = {name.casefold(): watchlist.columns for name, watchlist in sorted(watchlists.items())}
    return _declaration("watchlists", "_GetWatchlist", watchlists=known)


def _declaration(kind: str, name: str, **content: object) -> Declaration:
    text = json.dumps([kind, name, content], sort_keys=True)
    key = f"{name}:{hashlib.sha256(text.encode()).hexdigest()[:32]}"
    return Declaration(key, {"key": key, "kind": kind, "name": name, **content})
