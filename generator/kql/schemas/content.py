"""An organisation's own tables, watchlists and functions: `schemas/` of its content repository.

`schemas/tables/NAME.yaml`, `schemas/watchlists/ALIAS.yaml` and `schemas/functions/NAME.kql`; the
file's name is the table's, the watchlist's alias or the function's name. docs/kql.md describes the
formats. Everything is strict; nothing that is wrong is left out silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from generator.catalog.configuration import Configuration
from generator.catalog.detection import FileProblem, SourceText
from generator.catalog.links import UNFOLLOWED_LINK, link_problem
from generator.catalog.text_files import byte_order_mark_notes, read_source
from generator.catalog.yaml_text import load_yaml
from generator.findings import DocumentPath, InDocument, InFile, Problem
from generator.kql.schemas.builtin import builtin_environment, with_standard_columns
from generator.kql.schemas.function_text import FunctionTextError, parse_function
from generator.kql.service.environment import (
    Columns,
    Environment,
    FunctionSchema,
    TableSchema,
    WatchlistSchema,
)

SCHEMA_CODE = "SG490"
FUNCTION_CODE = "SG491"
FOLDER = "schemas"

_TYPES = (
    "bool",
    "datetime",
    "decimal",
    "dynamic",
    "guid",
    "int",
    "long",
    "real",
    "string",
    "timespan",
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_ALIAS = re.compile(r"[^\x00-\x1f/\\]+")


@dataclass(frozen=True, slots=True)
class LoadedEnvironment:
    """What queries may refer to, and what was wrong with the organisation's part of it."""

    environment: Environment
    problems: tuple[FileProblem, ...]


@dataclass(slots=True)
class _Loading:
    tables: dict[str, TableSchema]
    functions: dict[str, FunctionSchema]
    watchlists: dict[str, WatchlistSchema] = field(default_factory=dict)
    problems: list[FileProblem] = field(default_factory=list)

    def wrong(self, source: SourceText, problem: Problem) -> None:
        self.problems.append(FileProblem(source, None, problem))


def load_environment(root: Path, configuration: Configuration) -> LoadedEnvironment:
    """Return Sentinel's tables and functions with those of a content repository.

    A table file for a table of Sentinel's adds columns to it. `unknown_columns` of the
    configuration decides how strictly a table's list of columns is taken.
    """
    builtin = builtin_environment()
    loading = _Loading(dict(builtin.tables), dict(builtin.functions))
    for source in _sources(root, "tables", ".yaml", loading):
        _load_table(source, loading)
    for source in _sources(root, "watchlists", ".yaml", loading):
        _load_watchlist(source, loading)
    for source in _sources(root, "functions", ".kql", loading):
        _load_function(source, loading)
    for name, setting in configuration.unknown_columns.items():
        if name in loading.tables and setting != "error":
            loading.tables[name] = replace(
                loading.tables[name], is_open=True, warns=setting == "warning"
            )
    environment = Environment(loading.tables, loading.functions, loading.watchlists)
    return LoadedEnvironment(environment, tuple(loading.problems))


def _sources(root: Path, kind: str, suffix: str, loading: _Loading) -> Iterator[SourceText]:
    folder = root / FOLDER / kind
    try:
        paths = sorted(folder.iterdir())
    except FileNotFoundError:
        return
    except OSError as error:
        message = f"the folder cannot be read: {error.strerror}"
        place = InFile(f"{FOLDER}/{kind}")
        loading.problems.append(FileProblem(None, None, Problem("SG001", message, place)))
        return
    real_root = root.resolve()
    if not folder.resolve().is_relative_to(real_root):
        message = "this link leads out of the repository and is not followed"
        problem = Problem(UNFOLLOWED_LINK, message, InFile(f"{FOLDER}/{kind}"))
        loading.problems.append(FileProblem(None, None, problem))
        return
    for path in paths:
        file = f"{FOLDER}/{kind}/{path.name}"
        if path.name.startswith(".") or path.suffix == ".md":
            continue
        if path.suffix != suffix:
            message = f"only {suffix} files are read in {FOLDER}/{kind}"
            loading.problems.append(
                FileProblem(None, None, Problem(SCHEMA_CODE, message, InFile(file)))
            )
            continue
        source = link_problem(path, file, real_root) or read_source(path, file)
        if isinstance(source, Problem):
            loading.problems.append(FileProblem(None, None, source))
        else:
            loading.problems.extend(
                FileProblem(source, None, note) for note in byte_order_mark_notes(source)
            )
            yield source


def _load_table(source: SourceText, loading: _Loading) -> None:
    name = Path(source.file).stem
    if not _NAME.fullmatch(name):
        loading.wrong(
            source, Problem(SCHEMA_CODE, f"{name!r} is not the name of a table", InDocument())
        )
        return
    before = len(loading.problems)
    document = _document(source, loading, ("columns", "open")) or {}
    own = _columns(source, document, loading) if document else ()
    is_open = document.get("open", False) if "columns" in document else False
    if not isinstance(is_open, bool):
        loading.wrong(source, Problem(SCHEMA_CODE, "open is true or false", InDocument(("open",))))
    # What a faulty file leaves out is its own problem, not one of every query on the table.
    is_open = bool(is_open) or len(loading.problems) > before
    known = loading.tables.get(name)
    base = () if known is None else known.columns
    changed = {column for column, _ in own}
    columns = (*(column for column in base if column[0] not in changed), *own)
    loading.tables[name] = TableSchema(name, with_standard_columns(columns), is_open)


def _load_watchlist(source: SourceText, loading: _Loading) -> None:
    alias = Path(source.file).stem
    before = len(loading.problems)
    document = _document(source, loading, ("columns",))
    if not document or not _ALIAS.fullmatch(alias):
        return
    columns = _columns(source, document, loading)
    if len(loading.problems) > before:
        return
    loading.watchlists[alias] = WatchlistSchema(alias, columns)


def _load_function(source: SourceText, loading: _Loading) -> None:
    name = Path(source.file).stem
    if not _NAME.fullmatch(name):
        message = f"{name!r} is not the name of a function"
        loading.wrong(source, Problem(FUNCTION_CODE, message, InFile(source.file)))
        return
    try:
        parameters, body = parse_function(source.text)
    except FunctionTextError as error:
        loading.wrong(source, Problem(FUNCTION_CODE, str(error), InFile(source.file)))
        return
    loading.functions[name] = FunctionSchema(name, parameters, body)


def _document(
    source: SourceText, loading: _Loading, keys: tuple[str, ...]
) -> Mapping[str, Any] | None:
    loaded = load_yaml(source)
    for problem in loaded.problems:
        loading.wrong(source, problem)
    if loaded.problems:
        return None
    if not isinstance(loaded.value, dict):
        message = "the file is a mapping with the key columns"
        loading.wrong(source, Problem(SCHEMA_CODE, message, InDocument()))
        return None
    for key in loaded.value:
        if key not in keys and not _is_only_columns(loaded.value):
            near = get_close_matches(str(key), keys, n=1)
            help_ = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(keys)}"
            place = InDocument((key,), "key")
            loading.wrong(source, Problem(SCHEMA_CODE, f"unknown key {key!r}", place, help_))
    return loaded.value


def _is_only_columns(document: Mapping[str, Any]) -> bool:
    """Tell whether a file is the short form: the columns themselves, without the key columns."""
    return "columns" not in document and any(type_ in _TYPES for type_ in document.values())


def _columns(source: SourceText, document: Mapping[str, Any], loading: _Loading) -> Columns:
    short = _is_only_columns(document)
    columns = document if short else document.get("columns")
    if not isinstance(columns, dict):
        message = "columns is a mapping of column names to KQL types"
        place: DocumentPath = ("columns",) if "columns" in document else ()
        loading.wrong(source, Problem(SCHEMA_CODE, message, InDocument(place)))
        return ()
    found = []
    for name, type_ in columns.items():
        if type_ in _TYPES:
            found.append((str(name), str(type_)))
            continue
        near = get_close_matches(str(type_), _TYPES, n=1)
        loading.wrong(
            source,
            Problem(
                SCHEMA_CODE,
                f"{type_!r} is not a KQL type",
                InDocument((name,) if short else ("columns", name)),
                f"did you mean {near[0]!r}?" if near else f"the types are {', '.join(_TYPES)}",
            ),
        )
    return tuple(found)
