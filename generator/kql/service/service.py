"""Questions about a query, answered by Microsoft's language service within an environment.

The one door to V8 for the rest of the package. Offsets that leave this module are characters of the
query (the service counts UTF-16 units).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generator.kql.service.analysis import Analysis, Diagnostic, DiagnosticKind
from generator.kql.service.engine import EngineError, engine
from generator.kql.service.environment import Environment, TableSchema, declarations_for
from generator.kql.service.reading import read_analysis
from generator.kql.service.syntax import Node, read_tree

LONGEST_QUERY = 100_000
"""Characters. Sentinel stores rules of up to 10,000; the service's time grows with the text."""

_declared: set[str] = set()
"""Keys that this process's engine already knows."""


@dataclass(frozen=True, slots=True)
class KqlService:
    """The language service with an organisation's tables, functions and watchlists."""

    environment: Environment

    def analyze(self, query: str) -> Analysis:
        """Say what is wrong with a query, what it returns and what it refers to.

        A query that cannot be analysed gives an Analysis that says so and knows nothing else.
        Raises KqlUnavailableError where the service is not installed.
        """
        if len(query) > LONGEST_QUERY:
            return _unanswered(query, f"longer than {LONGEST_QUERY:,} characters")
        try:
            analysis = self._analyze(query, self.environment)
            hidden = _tables_unknown_to_the_binder(analysis)
            if hidden:
                declared = [TableSchema(item.name or "", (), is_open=True) for item in hidden]
                again = self._analyze(query, self.environment.with_tables(declared))
                analysis = replace(again, diagnostics=(*hidden, *again.diagnostics))
        except EngineError as error:
            return _unanswered(query, f"the language service fails on it ({error})")
        return analysis

    def analyze_many(self, queries: Sequence[str]) -> list[Analysis]:
        """Analyze queries, in their order."""
        return [self.analyze(query) for query in queries]

    def _analyze(self, query: str, environment: Environment) -> Analysis:
        answer = _ask("analyze", query, environment)
        return read_analysis(answer, query, character_offsets(query), environment)

    def syntax_tree(self, query: str) -> Node:
        """Parse and bind a query and return its tree; errors stand in it as the type `error`.

        Raises KqlUnavailableError where the service is not installed, EngineError where it fails.
        """
        return read_tree(_ask("syntaxTree", query, self.environment), character_offsets(query))


def _ask(function: str, query: str, environment: Environment) -> Any:
    declarations = declarations_for(query, environment)
    new = [item for item in declarations if item.key not in _declared]
    running = engine()
    if new:
        running.call("declare", [item.symbol for item in new])
        _declared.update(item.key for item in new)
    return running.call(function, query, [item.key for item in declarations])


def _tables_unknown_to_the_binder(analysis: Analysis) -> tuple[Diagnostic, ...]:
    """Return the tables that nobody declared and that the service takes for columns.

    Where it sees a missing table itself, it goes on with one that may have any column. In `x in
    (Name)` and in the arguments of plugins it does not, and errors that are none would follow.
    """
    return tuple(
        item
        for item in analysis.diagnostics
        if item.kind is DiagnosticKind.UNKNOWN_TABLE and item.code not in {"KS204", "KS205"}
    )


def _unanswered(query: str, why: str) -> Analysis:
    message = f"the query cannot be analysed: {why}"
    return Analysis(
        (Diagnostic("SENTINELGEN", DiagnosticKind.LIMIT, "Error", message, 0, len(query)),)
    )


def character_offsets(text: str) -> Callable[[int], int]:
    """Return the function from UTF-16 offsets of a text to its character offsets."""
    if text.isascii() or max(text) <= "\uffff":
        return lambda offset: offset
    characters: list[int] = []
    for index, character in enumerate(text):
        characters.extend([index] if character <= "\uffff" else [index, index])
    characters.append(len(text))
    return lambda offset: characters[min(offset, len(characters) - 1)]
