"""Questions about a query, answered by Microsoft's language service within an environment.

The one door to the service for the rest of the package. Offsets that leave this module are
characters of the query (the service counts UTF-16 units).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generator.kql.service.analysis import Analysis, Diagnostic, DiagnosticKind
from generator.kql.service.answers import Failure, answer_all, question
from generator.kql.service.cache import AnswerCache
from generator.kql.service.engine import EngineError
from generator.kql.service.environment import Environment, TableSchema
from generator.kql.service.nesting import DEEPEST_NESTING, deepest_nesting
from generator.kql.service.reading import read_analysis
from generator.kql.service.syntax import Node, read_tree

LONGEST_QUERY = 100_000
"""Characters. Sentinel stores rules of up to 10,000; the service's time grows with the text."""


@dataclass(frozen=True, slots=True)
class KqlService:
    """The language service with an organisation's tables, functions and watchlists.

    With a cache, a query that was asked about before needs no V8 at all.
    """

    environment: Environment
    cache: AnswerCache | None = None

    def analyze(self, query: str) -> Analysis:
        """Say what is wrong with a query, what it returns and what it refers to.

        A query that cannot be analysed gives an Analysis that says so and knows nothing else.
        Raises KqlUnavailableError where the service is not installed.
        """
        return self.analyze_many([query])[0]

    def analyze_many(self, queries: Sequence[str]) -> list[Analysis]:
        """Analyze queries, in their order; a large number of them in several processes.

        Raises KqlUnavailableError where the service is not installed.
        """
        refusals = {query: _refusal(query) for query in queries}
        asked = [query for query, refusal in refusals.items() if refusal is None]
        answered = dict(zip(asked, self._analyze(asked, self.environment), strict=True))
        analyses = []
        for query in queries:
            analysis = answered.get(query)
            if analysis is None:
                analysis = _unanswered(query, refusals[query] or "")
            hidden = _tables_unknown_to_the_binder(analysis)
            if hidden:
                declared = [TableSchema(item.name or "", (), is_open=True) for item in hidden]
                (again,) = self._analyze([query], self.environment.with_tables(declared))
                analysis = replace(again, diagnostics=(*hidden, *again.diagnostics))
            analyses.append(analysis)
        return analyses

    def syntax_tree(self, query: str) -> Node:
        """Parse and bind a query and return its tree; errors stand in it as the type `error`.

        Raises KqlUnavailableError where the service is not installed, EngineError where it fails.
        """
        refusal = _refusal(query)
        if refusal is not None:
            raise EngineError(refusal)
        asked = question("syntaxTree", query, self.environment)
        (answer,) = answer_all("syntaxTree", [asked], self.cache)
        if isinstance(answer, Failure):
            raise EngineError(answer.message)
        return read_tree(answer, character_offsets(query))

    def _analyze(self, queries: Sequence[str], environment: Environment) -> list[Analysis]:
        asked = [question("analyze", query, environment) for query in queries]
        answers = answer_all("analyze", asked, self.cache)
        return [
            _read(answer, query, environment)
            for query, answer in zip(queries, answers, strict=True)
        ]


def character_offsets(text: str) -> Callable[[int], int]:
    """Return the function from UTF-16 offsets of a text to its character offsets."""
    if text.isascii() or max(text) <= "\uffff":
        return lambda offset: offset
    characters: list[int] = []
    for index, character in enumerate(text):
        characters.extend([index] if character <= "\uffff" else [index, index])
    characters.append(len(text))
    return lambda offset: characters[min(offset, len(characters) - 1)]


def _refusal(query: str) -> str | None:
    """Say why the service is not asked about a query: it would take minutes over it."""
    if len(query) > LONGEST_QUERY:
        return f"it is longer than {LONGEST_QUERY:,} characters"
    if deepest_nesting(query) > DEEPEST_NESTING:
        return f"it nests more than {DEEPEST_NESTING} brackets"
    return None


def _read(answer: Any, query: str, environment: Environment) -> Analysis:
    if isinstance(answer, Failure):
        return _unanswered(query, f"the language service fails on it ({answer.message})")
    return read_analysis(answer, query, character_offsets(query), environment)


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
