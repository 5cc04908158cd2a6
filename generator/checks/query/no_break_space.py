"""SG107: a no-break space in the query's code."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import TextCheck
from generator.checks.query.unseen_characters import Surroundings, unseen_characters
from generator.findings import Code, Problem, Severity
from generator.kql.query import Query
from generator.kql.unseen import NO_BREAK_SPACE


class NoBreakSpace(TextCheck):
    """U+00A0 stands outside of strings and comments."""

    code = Code(
        "SG107",
        summary="No-break space in the query",
        explanation=(
            "A no-break space (U+00A0) looks like a blank and comes along when a query is copied "
            "from a web page or a document. The service answers a rule with one in its code with "
            "an internal error (500) that does not name the cause. Put a plain blank in its place."
        ),
        severity=Severity.ERROR,
        source=(
            "our own observation: the alert rules API refuses rules of Microsoft's repository "
            "that have the character in their code"
        ),
    )

    def examine(self, query: Query, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each line of code with the character."""
        for found in unseen_characters(query.text):
            if found.character == NO_BREAK_SPACE and found.surroundings is Surroundings.CODE:
                yield Problem(
                    self.code,
                    "U+00A0 NO-BREAK SPACE in the code: the service fails on it (500)",
                    found.place,
                    "put a plain blank in its place",
                )
