"""What `sentinelgen query` does: KQL on local events, without a workspace or a repository."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from generator.catalog.configuration import ConfigurationError, find_root, load_configuration
from generator.cli.console import result, result_exact, result_json, say
from generator.cli.exit_codes import CLEAN, CONTENT, CommandError
from generator.cli.options import Settings
from generator.cli.query_output import Answer, QueryError, format_answers
from generator.detection_tests.event_files import EventFileError
from generator.detection_tests.exported_tables import read_table
from generator.kql.schemas.builtin import builtin_environment
from generator.kql.schemas.declared import load_environment
from generator.kql_evaluator.compile import compile_query
from generator.kql_evaluator.errors import EvaluationError, UnsupportedConstruct
from generator.kql_evaluator.parsing import parse_datetime
from generator.kql_evaluator.table import Table
from generator.kql_evaluator.values import to_python_datetime
from generator.kql_service.bundle import KqlUnavailableError
from generator.kql_service.cache import open_answer_cache
from generator.kql_service.engine import EngineError
from generator.kql_service.service import KqlService
from generator.text.lines import line_and_column

INLINE = "-"
"""The name of the query that stands on the command line."""


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """The options of an invocation, as written."""

    text: str | None
    files: tuple[str, ...]
    tables: tuple[str, ...]
    now: str | None
    form: str


def run_queries(settings: Settings, request: QueryRequest) -> int:
    """Run the queries one after the other, print what they return and return the exit code.

    Raises CommandError for a wrong invocation.
    """
    queries = _queries(request)
    now = _now(request.now)
    service, tables = _inputs(settings, request.tables, now)
    try:
        answers = [_answer(name, text, service, tables, now) for name, text in queries]
    except KqlUnavailableError as error:
        raise CommandError(str(error)) from error
    text = format_answers(answers, request.form)
    if text:
        write = {"table": result, "csv": result_exact}.get(request.form, result_json)
        write(text)
    if request.form in {"table", "csv"}:
        for answer in answers:
            if isinstance(answer.outcome, QueryError):
                say(f"{answer.name}: {answer.outcome}")
    failed = any(isinstance(answer.outcome, QueryError) for answer in answers)
    return CONTENT if failed else CLEAN


def _queries(request: QueryRequest) -> list[tuple[str, str]]:
    queries = [] if request.text is None else [(INLINE, request.text)]
    for name in request.files:
        try:
            queries.append((name, Path(name).read_text("utf-8-sig")))
        except UnicodeDecodeError:
            raise CommandError(f"{name} is not UTF-8 text") from None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise CommandError(f"{name} cannot be read: {reason}") from error
    if not queries:
        raise CommandError("there is no query: give one, or files with -f")
    return queries


def _now(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    ticks = parse_datetime(text)
    if ticks is None:
        raise CommandError(f"--now {text!r} is no time such as 2026-01-15T12:00:00Z")
    return to_python_datetime(ticks)


def _inputs(
    settings: Settings, given: Sequence[str], now: datetime
) -> tuple[KqlService, dict[str, Table]]:
    service = _service(settings)
    environment = service.environment
    tables: dict[str, Table] = {}
    schemas = []
    for item in given:
        name, separator, file = item.partition("=")
        if not separator or not name or not file:
            raise CommandError(f"--table {item!r} is not NAME=FILE")
        if name in tables:
            raise CommandError(f"--table gives {name} twice")
        try:
            exported = read_table(name, Path(file), environment, now)
        except EventFileError as error:
            place = f"{error.place.file}:{error.place.line}: " if error.place else ""
            raise CommandError(f"{place}{error}", CONTENT) from error
        tables[name] = exported.table
        schemas.append(exported.schema)
    return replace(service, environment=environment.with_tables(schemas)), tables


def _service(settings: Settings) -> KqlService:
    """Return the service with the schemas of the content repository around, where there is one."""
    try:
        root = settings.root.absolute() if settings.root else find_root(Path.cwd())
        configuration = load_configuration(root)
    except ConfigurationError as error:
        if settings.root is not None:
            raise CommandError(str(error)) from error
        return KqlService(builtin_environment())
    loaded = load_environment(root, configuration)
    return KqlService(loaded.environment, open_answer_cache(root))


def _answer(
    name: str, text: str, service: KqlService, tables: Mapping[str, Table], now: datetime
) -> Answer:
    def failed(code: str, message: str, start: int) -> Answer:
        line, column = line_and_column(text, min(start, len(text)))
        return Answer(name, QueryError(code, message, line, column))

    analysis = service.analyze(text)
    for item in analysis.diagnostics:
        if item.severity == "Error":
            return failed(item.code, item.message, item.start)
    try:
        compiled = compile_query(service.syntax_tree(text), service.environment)
        # A file may as well hold the items of a watchlist: --table ALIAS=FILE.
        return Answer(name, compiled.run(tables, now, watchlists=tables).table)
    except UnsupportedConstruct as error:
        return failed("unsupported", str(error), error.start)
    except EvaluationError as error:
        return failed("evaluation", str(error), error.start)
    except EngineError as error:
        return failed("service", f"the language service fails on the query: {error}", 0)
