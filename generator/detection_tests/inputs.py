"""What a query reads, and what a test gives it: neither may miss the other.

Taken from the bound query, so that it does not depend on how far a run gets with a test's events. A
filter that leaves no row, or a `let` that nothing needs, hides no input.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generator.detection_tests.suite import DetectionTest, EventRows, Events
from generator.findings import Code, DocumentPath, InDocument, Problem, Severity
from generator.kql.analysis import Analysis
from generator.kql.environment import Environment
from generator.kql_evaluator.runtime import Reads

ONLY_UNREAD = Code(
    "SG615",
    summary="A test gives the query nothing that it reads",
    explanation=(
        "None of the tables, watchlists and external data of the test is read by the query, in "
        "functions that it calls neither. The detection runs on nothing, and a test that expects "
        "no alert passes whatever it does: mostly a name is misspelt, or the query has moved to "
        "another table. The same holds where a test that expects no alert has rows only in such "
        "inputs, and the tables that the query reads are empty. An error, because the test shows "
        "nothing."
    ),
    severity=Severity.ERROR,
    source="our own decision; docs/testing.md describes the format",
)
UNREAD = Code(
    "SG616",
    summary="A test gives an input that the query never reads",
    explanation=(
        "The table, watchlist or external data cannot change the result: its name is misspelt, or "
        "it is left from an earlier query. A warning, because the other inputs of the test are "
        "read, and a table that only some values of the parameters read may stand in all tests."
    ),
    severity=Severity.WARNING,
    source="our own decision; docs/testing.md describes the format",
)
NOT_GIVEN = Code(
    "SG617",
    summary="A test does not give what the query reads",
    explanation=(
        "A table that is not given is empty, but nobody can tell what a watchlist, external data "
        "or a function without a body would hold. The query refers to one that the test does not "
        "give. That counts even where a run does not get that far with the test's events, because "
        "an earlier filter leaves no row. Give its rows; an empty list says that there are none."
    ),
    severity=Severity.ERROR,
    source="our own decision; docs/testing.md describes the format",
)

_COMPUTED_NAMES = re.compile(r"\b(?:table|externaldata|external_data)\b")
_KINDS = {"tables": "table", "watchlists": "watchlist", "externaldata": "external data of"}


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a query reads. `functions` are those that a test gives the rows of.

    `watchlists` holds aliases as the query writes them, by the alias in lower case.

    `reads_any_table`: search, find or a wildcard reads tables that the query does not name.
    """

    tables: frozenset[str]
    functions: frozenset[str]
    watchlists: Mapping[str, str]
    external_data: frozenset[str]
    reads_any_table: bool = False
    reads_any_watchlist: bool = False

    def reads_table(self, name: str) -> bool:
        """Tell whether a table's or a function's rows can change the result."""
        return self.reads_any_table or name in self.tables | self.functions


def names_are_computed(query: str) -> bool:
    """Tell whether only compiling a query shows all that it reads."""
    return _COMPUTED_NAMES.search(query) is not None


def inputs_of(analysis: Analysis, environment: Environment, reads: Reads | None = None) -> Inputs:
    """Return what a query reads, `reads` being what its compilation adds to the analysis."""
    references = analysis.references
    reads = reads or Reads()
    called = {function.name for function in references.functions} | reads.functions
    given = {
        name
        for name in called
        if name in environment.functions and environment.functions[name].body is None
    }
    aliases = {watchlist.alias for watchlist in references.watchlists}
    return Inputs(
        frozenset(table.name for table in references.tables) | reads.tables,
        frozenset(given),
        {alias: alias for alias in reads.watchlists}
        | {alias.lower(): alias for alias in aliases if alias is not None},
        frozenset(reads.external_data),
        bool(references.operators),
        None in aliases and not reads.watchlists,
    )


def input_problems(test: DetectionTest, inputs: Inputs) -> Iterator[Problem]:
    """Yield what a test does not give although the query reads it, and the other way round."""
    given = _given(test)
    unread = dict(_unread(test, inputs))
    with_rows = [path for path, events in given.items() if gives_rows(events)]
    only = next(iter(unread)) if unread and len(unread) == len(given) else None
    # That nothing alerts without events is a test of its own. Here there are some, to no effect.
    if only is None and test.expect.is_quiet and with_rows and unread.keys() >= set(with_rows):
        only = with_rows[0]
    for path, what in unread.items():
        if only is None:
            message = f"the query never reads {what}"
            yield Problem(UNREAD, message, InDocument(path, "key"), _reads(inputs))
        elif path == only:
            rest = "nothing else" if len(unread) == len(given) else "no other rows"
            message = f"the query never reads {what}, and the test gives it {rest}"
            yield Problem(ONLY_UNREAD, message, InDocument(path, "key"), _reads(inputs))
    yield from _not_given(test, inputs)


def gives_rows(events: Events) -> bool:
    """Tell whether events have a row, which a file is taken to have."""
    return not isinstance(events, EventRows) or bool(events.rows)


def _given(test: DetectionTest) -> dict[DocumentPath, Events]:
    members: Mapping[str, Mapping[str, Events]] = {
        "tables": test.tables,
        "watchlists": test.watchlists,
        "externaldata": test.external_data,
    }
    return {
        (*test.path, key, name): events
        for key, given in members.items()
        for name, events in given.items()
    }


def _unread(test: DetectionTest, inputs: Inputs) -> Iterator[tuple[DocumentPath, str]]:
    for path in _given(test):
        key, name = str(path[-2]), str(path[-1])
        if key == "tables":
            is_read = inputs.reads_table(name)
        elif key == "watchlists":
            is_read = inputs.reads_any_watchlist or name.lower() in inputs.watchlists
        else:
            is_read = name in inputs.external_data
        if not is_read:
            yield path, f"the {_KINDS[key]} {name}"


def _not_given(test: DetectionTest, inputs: Inputs) -> Iterator[Problem]:
    watchlists = {alias.lower() for alias in test.watchlists}
    missing = [
        *(
            f"the watchlist {alias}"
            for lower, alias in sorted(inputs.watchlists.items())
            if lower not in watchlists
        ),
        *(f"the function {name}" for name in sorted(inputs.functions - test.tables.keys())),
        *(
            f"the external data of {url}"
            for url in sorted(inputs.external_data - test.external_data.keys())
        ),
    ]
    for what in missing:
        yield Problem(
            NOT_GIVEN,
            f"{what} is not given",
            InDocument((*test.path, "name")),
            "give its rows; an empty list says that there are none",
        )


def _reads(inputs: Inputs) -> str | None:
    names = [*sorted(inputs.tables | inputs.functions), *sorted(inputs.watchlists.values())]
    names += sorted(inputs.external_data)
    return f"it reads {', '.join(names[:12])}" if names else None
