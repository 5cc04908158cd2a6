"""SG108: characters in the query's code that cannot be seen, or that reorder what is seen."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import TextCheck
from generator.checks.query.unseen_characters import Surroundings, unseen_characters
from generator.findings import Code, Problem, Severity
from generator.kql.query import Query
from generator.kql.unseen import NO_BREAK_SPACE, REORDERING, character_name


class UnseenInCode(TextCheck):
    """An invisible character in code, or one that changes the order of what is shown."""

    code = Code(
        "SG108",
        summary="Invisible character in the query",
        explanation=(
            "Zero-width characters, byte order marks and blanks of other widths come along when a "
            "query is copied. In code they are at best taken for blanks, and they split a name in "
            "two that looks whole. Characters that reorder text (U+202A to U+202E, U+2066 to "
            "U+2069) are reported in strings and comments as well: what a reviewer reads is then "
            "not what runs. Remove the character, or put a plain blank in its place."
        ),
        severity=Severity.WARNING,
        source=(
            "https://www.unicode.org/reports/tr36/ and https://trojansource.codes (text that "
            "shows other than it is)"
        ),
    )

    def examine(self, query: Query, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each kind of character and line."""
        for found in unseen_characters(query.text):
            name = character_name(found.character)
            if found.character in REORDERING:
                message = f"{name}: text behind it is shown in another order than it has"
            elif found.surroundings is Surroundings.CODE and found.character != NO_BREAK_SPACE:
                message = f"{name} in the code: it cannot be seen"
            else:
                continue
            yield Problem(
                self.code,
                message,
                found.place,
                "remove it, or put a plain blank in its place",
            )
