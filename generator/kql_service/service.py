"""Questions about a query, answered by Microsoft's language service within an environment.

The one door to the service for the rest of the package. Offsets that leave this module are
characters of the query (the service counts UTF-16 units).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from generator.kql.analysis import Analysis, Diagnostic, DiagnosticKind
from generator.kql.environment import Environment, TableSchema
from generator.kql.nesting import too_deep
from generator.kql.syntax import Node, read_tree
from generator.kql_service.answers import (
    ANALYZE,
    Examined,
    Failure,
    answer_all,
    examine_all,
    question,
)
from generator.kql_service.cache import AnswerCache
from generator.kql_service.engine import EngineError
from generator.kql_service.inspection import Inspection
from generator.kql_service.offsets import character_offsets
from generator.kql_service.reading import OWN_CODE, read_analysis

LONGEST_QUERY = 100_000
"""Characters. Sentinel stores rules of up to 10,000; the service's time grows with the text."""


_Answer = tuple[Analysis, list[Any]]
_Ask = Callable[[Sequence[str], Environment], list[_Answer]]


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
        return [analysis for analysis, _ in self._answered(queries, self._analyze)]

    def examine_many(
        self, queries: Sequence[str], inspection: Inspection
    ) -> list[tuple[Analysis, list[Any]]]:
        """Analyze queries and return with each what an inspection remarks on its tree.

        A query that does not parse or cannot be analysed has no remarks; its analysis says why.
        Raises KqlUnavailableError where the service is not installed.
        """
        return self._answered(queries, partial(self._examine, inspection))

    def syntax_tree(self, query: str) -> Node:
        """Parse and bind a query and return its tree; errors stand in it as the type `error`.

        Raises KqlUnavailableError where the service is not installed, EngineError where it fails.
        """
        refusal = _refusal(query)
        if refusal is not None:
            raise EngineError(refusal)
        (answer,) = answer_all("syntaxTree", [question(query, self.environment)], self.cache)
        if isinstance(answer, Failure):
            raise EngineError(answer.message)
        return read_tree(answer, character_offsets(query))

    def _answered(self, queries: Sequence[str], ask: _Ask) -> list[_Answer]:
        refusals = {query: _refusal(query) for query in queries}
        asked = [query for query, refusal in refusals.items() if refusal is None]
        answers = dict(zip(asked, ask(asked, self.environment), strict=True))
        for query, (analysis, _) in answers.items():
            hidden = _tables_unknown_to_the_binder(analysis)
            if hidden:
                declared = [TableSchema(item.name or "", (), is_open=True) for item in hidden]
                ((again, remarks),) = ask([query], self.environment.with_tables(declared))
                told = replace(again, diagnostics=(*hidden, *again.diagnostics))
                answers[query] = (told, remarks)
        for query, refusal in refusals.items():
            if refusal is not None:
                answers[query] = (_unanswered(query, refusal), [])
        return [answers[query] for query in queries]

    def _analyze(self, queries: Sequence[str], environment: Environment) -> list[_Answer]:
        asked = [question(query, environment) for query in queries]
        return [
            (_read(answer, query, environment), [])
            for query, answer in zip(queries, answer_all(ANALYZE, asked, self.cache), strict=True)
        ]

    def _examine(
        self, inspection: Inspection, queries: Sequence[str], environment: Environment
    ) -> list[_Answer]:
        asked = [question(query, environment) for query in queries]
        return [
            (_read(answer.analysis, query, environment), answer.remarks)
            if isinstance(answer, Examined)
            else (_read(answer, query, environment), [])
            for query, answer in zip(
                queries, examine_all(asked, inspection, self.cache), strict=True
            )
        ]


def _refusal(query: str) -> str | None:
    """Say why the service is not asked about a query: it would take minutes over it."""
    if len(query) > LONGEST_QUERY:
        return f"it is longer than {LONGEST_QUERY:,} characters"
    return too_deep(query)


def _read(answer: Any, query: str, environment: Environment) -> Analysis:
    if isinstance(answer, Failure):
        return _unanswered(query, answer.message)
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
    return Analysis((Diagnostic(OWN_CODE, DiagnosticKind.LIMIT, "Error", message, 0, len(query)),))
