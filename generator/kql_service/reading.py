"""From the bridge's answer to an `Analysis`: UTF-16 offsets to characters, names to advice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from generator.kql.analysis import (
    Analysis,
    Diagnostic,
    DiagnosticKind,
    FunctionReference,
    InferredColumn,
    Opener,
    OperatorReference,
    References,
    ResultColumn,
    TableReference,
    TimeFilter,
    WatchlistReference,
)
from generator.kql.environment import Environment
from generator.text.near_names import is_misspelling, nearest

_LONGEST_SHOWN = 60
"""Characters of a construct that is shown."""

OWN_CODE = "SENTINELGEN"
"""Of diagnostics that are not the service's own."""

_COMPARED_NAMES = 5000
"""Tables and functions that one unknown name is compared with."""

_PARSER_CODES = "KS0"
"""The parser's codes are below KS100; a few of them the service finds only while binding."""

_KINDS = {
    "KS142": DiagnosticKind.UNKNOWN_COLUMN,
    "KS143": DiagnosticKind.UNKNOWN_FUNCTION,
    "KS204": DiagnosticKind.UNKNOWN_TABLE,
    # In `union isfuzzy=true` a missing table is no failure, but still a table that nobody declared.
    "KS205": DiagnosticKind.UNKNOWN_TABLE,
    "KS211": DiagnosticKind.UNKNOWN_FUNCTION,
    "KS244": DiagnosticKind.LIMIT,
    "KS245": DiagnosticKind.LIMIT,
    "KS246": DiagnosticKind.LIMIT,
}

_NO_SUCH_TABLE = {"KS204", "KS205"}
_QUOTED = re.compile(r"The name '(.+)' does not", re.DOTALL)

_ABOUT_NAMES = {
    DiagnosticKind.UNKNOWN_TABLE,
    DiagnosticKind.UNKNOWN_FUNCTION,
    DiagnosticKind.UNKNOWN_COLUMN,
    DiagnosticKind.UNMATCHED_PATTERN,
}

Offset = Callable[[int], int]


def read_analysis(
    answer: dict[str, Any], query: str, character: Offset, environment: Environment
) -> Analysis:
    """Turn the answer of `bridge/analysis.js` into an Analysis of this query."""
    columns = answer["columns"]
    return Analysis(
        diagnostics=(
            *_diagnostics(answer["diagnostics"], query, character, environment),
            *_columns_that_are_gone(answer["inferredColumns"], character),
            *_computed_tables(answer["computedTables"], character),
        ),
        columns=None if columns is None else tuple(_column(item) for item in columns),
        opened_by=_opener(answer["openedBy"], character),
        references=_references(answer["references"], character, environment),
        inferred_columns=tuple(
            _inferred_columns(answer["inferredColumns"], character, environment)
        ),
        time_filters=tuple(_time_filter(item, character) for item in answer["timeFilters"]),
    )


def is_syntactic(item: list[Any]) -> bool:
    """Tell whether a diagnostic of the bridge's answer is about what does not parse."""
    code, is_syntax = item[:2]
    return bool(is_syntax) or code.startswith(_PARSER_CODES)


def _diagnostics(
    items: list[Any], query: str, character: Offset, environment: Environment
) -> tuple[Diagnostic, ...]:
    read = [_diagnostic(item, query, character, environment) for item in items]
    found = [diagnostic for diagnostic in read if diagnostic is not None]
    # What does not parse is bound by guesswork: nothing that follows from it is worth reading.
    syntax = [item for item in found if item.kind is DiagnosticKind.SYNTAX]
    found = syntax or found
    # The service can complain twice about one place; one finding is enough, the one about a name.
    first: dict[tuple[int, int], Diagnostic] = {}
    for item in sorted(found, key=lambda item: item.name is None):
        first.setdefault((item.start, item.end), item)
    return tuple(sorted(first.values(), key=lambda item: (item.start, item.end)))


def _diagnostic(
    item: list[Any], query: str, character: Offset, environment: Environment
) -> Diagnostic | None:
    """Read a diagnostic; None where it only follows from a table that nobody declared."""
    code, _, severity, message, start, end, scope, function = item
    start, end = character(start), character(end)
    if function in environment.faulty or (
        function is not None and _named_by_call(code, message) in environment.undeclared
    ):
        return None
    if function is not None and code not in _NO_SUCH_TABLE:
        # It stands in a function of the workspace, and is shown at the call.
        message = f"In the function '{function}', as it is called here: {message}"
        return Diagnostic(code, DiagnosticKind.SEMANTIC, severity, message, start, end)
    plain_kind = DiagnosticKind.SYNTAX if is_syntactic(item) else DiagnosticKind.SEMANTIC
    kind = _KINDS.get(code, plain_kind)
    if scope is not None:
        kind = _kind_in_scope(kind, scope, query[start:end], environment)
        if kind is DiagnosticKind.UNKNOWN_COLUMN and scope["open"]:
            return None
    if kind not in _ABOUT_NAMES:
        return Diagnostic(code, kind, severity, message, start, end)
    name = _plain(_named_by_call(code, message) or query[start:end])
    suggestion = _nearest(name, _known_names(kind, scope, environment))
    return Diagnostic(
        code,
        kind,
        severity,
        message,
        start,
        end,
        name,
        suggestion,
        suggestion is not None and is_misspelling(name, suggestion),
        tuple(scope["tables"]) if scope and kind is DiagnosticKind.UNKNOWN_COLUMN else (),
    )


def _nearest(name: str, known: Iterable[str]) -> str | None:
    # The names come from the service and from schemas, not from a text that anybody may make long.
    return nearest(name, known, compared=_COMPARED_NAMES)


def _columns_that_are_gone(items: list[Any], character: Offset) -> Iterator[Diagnostic]:
    """Yield the columns that the service takes for granted although an operator dropped them."""
    for name, _, known, start, end in items:
        if known is not None:
            suggestion = _nearest(name, known)
            yield Diagnostic(
                "KS142",
                DiagnosticKind.UNKNOWN_COLUMN,
                "Error",
                f"The name '{name}' does not refer to any column that is left here.",
                character(start),
                character(end),
                name,
                suggestion,
                suggestion is not None and is_misspelling(name, suggestion),
            )


def _computed_tables(items: list[Any], character: Offset) -> Iterator[Diagnostic]:
    for text, start, end in items:
        yield Diagnostic(
            OWN_CODE,
            DiagnosticKind.COMPUTED_TABLE,
            "Error",
            "The name of the table is not known before the query runs.",
            character(start),
            character(end),
            _shortened(text),
        )


def _inferred_columns(
    items: list[Any], character: Offset, environment: Environment
) -> Iterator[InferredColumn]:
    for name, tables, known, start, end in items:
        schemas = [environment.tables[table] for table in tables if table in environment.tables]
        if known is None and len(schemas) == len(tables) and any(s.warns for s in schemas):
            listed = [column for schema in schemas for column, _ in schema.columns]
            yield InferredColumn(
                name, tuple(tables), character(start), character(end), _nearest(name, listed)
            )


def _kind_in_scope(
    kind: DiagnosticKind, scope: dict[str, Any], name: str, environment: Environment
) -> DiagnosticKind:
    if "*" in name:
        return DiagnosticKind.UNMATCHED_PATTERN
    if scope["table"] == "must":
        return DiagnosticKind.UNKNOWN_TABLE
    if scope["table"] == "can" and kind is DiagnosticKind.UNKNOWN_COLUMN:
        near = _nearest(_plain(name), (*scope["columns"], *environment.tables))
        return kind if near in scope["columns"] else DiagnosticKind.UNKNOWN_TABLE
    return kind


def _known_names(
    kind: DiagnosticKind, scope: dict[str, Any] | None, environment: Environment
) -> Iterable[str]:
    if kind is DiagnosticKind.UNKNOWN_TABLE:
        return (*environment.tables, *environment.functions)
    if kind is DiagnosticKind.UNKNOWN_FUNCTION:
        return (*environment.functions, *(scope["functions"] if scope else ()))
    return scope["columns"] if scope else ()


def _named_by_call(code: str, message: str) -> str | None:
    """Return the table that a `table(…)` names, whose text is the whole call."""
    if code not in _NO_SUCH_TABLE:
        return None
    match = _QUOTED.match(message)
    return match and match[1]


def _plain(name: str) -> str:
    """Return a name without the brackets and quotes that KQL writes around an odd one."""
    if name.startswith("[") and name.endswith("]"):
        return name[1:-1].strip().strip("'\"")
    return name


def _column(item: list[Any]) -> ResultColumn:
    name, type_, origin, held_name = item
    return ResultColumn(name, type_, None if origin is None else (origin[0], origin[1]), held_name)


def _opener(item: list[Any] | None, character: Offset) -> Opener | None:
    if item is None:
        return None
    text, start, end = item
    return Opener(_shortened(text), character(start), character(end))


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def _references(answer: dict[str, Any], character: Offset, environment: Environment) -> References:
    return References(
        tables=tuple(
            TableReference(
                name,
                tuple((character(start), character(end)) for start, end in entry["places"]),
                tuple(entry["columns"]),
            )
            for name, entry in sorted(answer["tables"].items())
        ),
        functions=tuple(
            FunctionReference(name, origin, character(start), character(end))
            for name, origin, start, end in answer["functions"]
        ),
        watchlists=tuple(
            WatchlistReference(
                alias,
                character(start),
                character(end),
                _misspelt_watchlist(alias, environment),
                _is_declared(alias, environment),
            )
            for alias, start, end in answer["watchlists"]
        ),
        operators=tuple(
            OperatorReference(kind, character(start), character(end))
            for kind, start, end in answer["operators"]
        ),
    )


def _is_declared(alias: str | None, environment: Environment) -> bool:
    known = map(str.casefold, environment.watchlists)
    return alias is not None and alias.casefold() in known


def _misspelt_watchlist(alias: str | None, environment: Environment) -> str | None:
    """Return the declared alias that was meant; aliases are not case-sensitive."""
    if alias is None or _is_declared(alias, environment):
        return None
    known = sorted(environment.watchlists)
    return next((one for one in known if is_misspelling(alias.casefold(), one.casefold())), None)


def _time_filter(item: list[Any], character: Offset) -> TimeFilter:
    bound, ticks, start, end, scan = item
    return TimeFilter(
        bound,
        None if ticks is None else _duration(int(ticks)),
        character(start),
        character(end),
        None if scan is None else character(scan),
    )


def _duration(ticks: int) -> timedelta:
    """Return ticks of 100 ns as a timedelta, at most as long as one can be."""
    try:
        return timedelta(microseconds=ticks // 10)
    except OverflowError:
        return timedelta.max if ticks > 0 else timedelta.min
