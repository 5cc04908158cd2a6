"""An organisation's own tables, watchlists and functions: `schemas/` of its content repository.

`schemas/tables/NAME.yaml`, `schemas/watchlists/ALIAS.yaml` and `schemas/functions/NAME.kql`; the
file's name is the table's, the watchlist's alias or the function's name. docs/kql.md describes the
formats. Everything is strict; nothing that is wrong is left out silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from generator.catalog.configuration import Configuration, place_in_configuration
from generator.catalog.detection import FileProblem
from generator.disk.links import folder_problem, link_problem
from generator.disk.text_files import UNREADABLE_FILE, byte_order_mark_notes, read_source
from generator.findings import Code, InDocument, InFile, Problem, Severity
from generator.kql.environment import (
    Columns,
    Environment,
    FunctionSchema,
    TableSchema,
    WatchlistSchema,
)
from generator.kql.literals import builtin_functions
from generator.kql.nesting import too_deep
from generator.kql.schemas.builtin import builtin_environment, with_standard_columns
from generator.kql.schemas.function_text import FunctionText, FunctionTextError, parse_function
from generator.text.near_names import ending, nearest
from generator.text.schema import Schema, load_schema
from generator.text.source_text import SourceText
from generator.text.strict_document import DocumentFormat, read_document

UNKNOWN_TABLE = Code(
    "SG051",
    summary="Setting for an unknown table",
    explanation=(
        "`tables` in sentinelgen.yaml says how unknown columns of a table count. No table of this "
        "name is known, neither Sentinel's nor one in schemas/tables/, so the setting has no "
        "effect: correct the name, or declare the table."
    ),
    severity=Severity.WARNING,
    source="Our own decision: a setting that does nothing is most likely misspelled.",
)
SCHEMA_CODE = Code(
    "SG490",
    summary="Malformed table or watchlist schema",
    explanation=(
        "schemas/tables/NAME.yaml and schemas/watchlists/ALIAS.yaml hold `columns`, a mapping of "
        "column names to KQL types; a table may also say `open: true`, that it has more columns. "
        "A file that says anything else is not used, so that no query is judged by half of it."
    ),
    severity=Severity.ERROR,
    source="our own format, docs/kql.md",
    waivable=False,
)
FUNCTION_CODE = Code(
    "SG491",
    summary="Malformed function file",
    explanation=(
        "schemas/functions/NAME.kql holds a saved function: `(name:type = default) { body }`, or "
        "the body alone where it has no parameters. NAME is a KQL identifier, and none of KQL's "
        "own functions. The body is analysed as every query is, and what is wrong in it is told "
        "here, once, whatever calls it."
    ),
    severity=Severity.ERROR,
    source="our own format, docs/kql.md",
    waivable=False,
)
FOLDER = "schemas"

_COMPARED_TABLES = 5000
"""Tables that one unknown name of the configuration is compared with."""

_READ = frozenset({".yaml", ".yml", ".kql"})
"""Endings of files that somebody meant to be read, also where they are hidden."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_ALIAS = re.compile(r"[^\x00-\x1f/\\]+")


@dataclass(frozen=True, slots=True)
class FunctionFile:
    """A file of schemas/functions and what it holds. Whether that is KQL, the service says."""

    source: SourceText
    name: str
    text: FunctionText


@dataclass(frozen=True, slots=True)
class LoadedEnvironment:
    """What queries may refer to, and what was wrong with the organisation's part of it.

    `functions` are the files of those in the environment that are the organisation's.
    """

    environment: Environment
    problems: tuple[FileProblem, ...]
    functions: tuple[FunctionFile, ...] = ()


@dataclass(slots=True)
class _Loading:
    tables: dict[str, TableSchema]
    functions: dict[str, FunctionSchema]
    watchlists: dict[str, WatchlistSchema] = field(default_factory=dict)
    function_files: list[FunctionFile] = field(default_factory=list)
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
        if name not in loading.tables:
            near = nearest(name, loading.tables, compared=_COMPARED_TABLES)
            message = f"there is no table {name}{ending(near)}"
            place = place_in_configuration(root, ("tables", name))
            problem = Problem(UNKNOWN_TABLE, message, place, f"declare it in {FOLDER}/tables/")
            loading.problems.append(FileProblem(None, None, problem))
        elif setting != "error":
            loading.tables[name] = replace(
                loading.tables[name], is_open=True, warns=setting == "warning"
            )
    environment = Environment(loading.tables, loading.functions, loading.watchlists)
    return LoadedEnvironment(environment, tuple(loading.problems), tuple(loading.function_files))


def _sources(root: Path, kind: str, suffix: str, loading: _Loading) -> Iterator[SourceText]:
    folder = root / FOLDER / kind
    try:
        paths = sorted(folder.iterdir())
    except FileNotFoundError:
        return
    except OSError as error:
        message = f"the folder cannot be read: {error.strerror}"
        place = InFile(f"{FOLDER}/{kind}")
        loading.problems.append(FileProblem(None, None, Problem(UNREADABLE_FILE, message, place)))
        return
    real_root = root.resolve()
    if problem := folder_problem(folder, f"{FOLDER}/{kind}", real_root):
        loading.problems.append(FileProblem(None, None, problem))
        return
    for path in paths:
        file = f"{FOLDER}/{kind}/{path.name}"
        is_hidden = path.name.startswith(".")
        if path.suffix == ".md" or (is_hidden and path.suffix.lower() not in _READ):
            continue
        if path.suffix != suffix or is_hidden:
            hidden = ", and none that is hidden" if is_hidden else ""
            message = f"only {suffix} files are read in {FOLDER}/{kind}{hidden}"
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
    document, own = _document(source, loading, "table.schema.json")
    # What a faulty file leaves out is its own problem, not one of every query on the table.
    is_open = document.get("open") is True or len(loading.problems) > before
    known = loading.tables.get(name)
    base = () if known is None else known.columns
    changed = {column for column, _ in own}
    columns = (*(column for column in base if column[0] not in changed), *own)
    loading.tables[name] = TableSchema(name, with_standard_columns(columns), is_open)


def _load_watchlist(source: SourceText, loading: _Loading) -> None:
    alias = Path(source.file).stem
    before = len(loading.problems)
    _, columns = _document(source, loading, "watchlist.schema.json")
    if len(loading.problems) > before or not _ALIAS.fullmatch(alias):
        return
    loading.watchlists[alias] = WatchlistSchema(alias, columns)


def _load_function(source: SourceText, loading: _Loading) -> None:
    name = Path(source.file).stem
    if not _NAME.fullmatch(name):
        message = f"{name!r} is not the name of a function"
        loading.wrong(source, Problem(FUNCTION_CODE, message, InFile(source.file)))
        return
    if name in builtin_functions():
        message = f"{name} is a function of KQL's own, which queries would mean by this name"
        loading.wrong(source, Problem(FUNCTION_CODE, message, InFile(source.file)))
        return
    try:
        text = parse_function(source.text)
    except FunctionTextError as error:
        loading.wrong(source, Problem(FUNCTION_CODE, str(error), InFile(source.file)))
        return
    if (why := too_deep(source.text)) is not None:
        message = f"the function cannot be analysed: {why}"
        loading.wrong(source, Problem(FUNCTION_CODE, message, InFile(source.file)))
        return
    loading.functions[name] = FunctionSchema(name, text.parameters, text.body)
    loading.function_files.append(FunctionFile(source, name, text))


def _document(
    source: SourceText, loading: _Loading, schema_name: str
) -> tuple[Mapping[str, Any], Columns]:
    """Return a file and those of its columns that can be used."""
    document = read_document(source, _format(schema_name))
    for problem in document.problems:
        loading.wrong(source, problem)
    if not isinstance(document.value, dict):
        return {}, ()
    short = _is_only_columns(document.value)
    columns = document.value if short else document.value.get("columns")
    if not isinstance(columns, dict):
        return document.value, ()
    sound = [
        (name, type_)
        for name, type_ in columns.items()
        if isinstance(type_, str) and document.is_sound(*(() if short else ("columns",)), name)
    ]
    return document.value, tuple(sound)


def _format(schema_name: str) -> DocumentFormat:
    def schema_for(document: Any) -> Schema:
        is_short = isinstance(document, dict) and _is_only_columns(document)
        return load_schema(__package__, "columns.schema.json" if is_short else schema_name)

    return DocumentFormat(schema_for, code=SCHEMA_CODE)


def _is_only_columns(document: Mapping[str, Any]) -> bool:
    """Tell whether a file is the short form: the columns themselves, without the key columns."""
    types = load_schema(__package__, "columns.schema.json").definition["additionalProperties"]
    return "columns" not in document and any(
        isinstance(type_, str) and type_ in types["enum"] for type_ in document.values()
    )
