"""Which declarations a query is analysed with: exactly those that its text can reach.

Declaring the world costs seconds, and an answer must not depend on what other queries needed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from generator.kql.environment import (
    Environment,
    FunctionSchema,
    TableSchema,
    WatchlistSchema,
)
from generator.text.globs import starred

_NAME = re.compile(r"[A-Za-z_]\w*")
_WORD = re.compile(r"[\w*]+")
_PATTERN = re.compile(r"[A-Za-z_][\w*]*\*[\w*]*|\*\w[\w*]*")


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
