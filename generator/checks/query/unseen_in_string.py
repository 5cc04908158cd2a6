"""SG109: characters in the query's strings that cannot be seen."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import TextCheck
from generator.checks.query.unseen_characters import Surroundings, unseen_characters
from generator.findings import Code, Problem, Severity
from generator.kql.query import Query
from generator.kql.unseen import REORDERING, character_name, is_space, shapes_its_neighbours


class UnseenInString(TextCheck):
    """A string of the query holds a character without width or a control character."""

    code = Code(
        "SG109",
        summary="Invisible character in a string of the query",
        explanation=(
            "A string with a zero-width or control character in it matches only values with the "
            "same character, and nobody sees why it matches nothing. Some come along when text is "
            "copied; others are YAML's doing: in a double-quoted `query`, `\\b` is a backspace "
            "and never reaches KQL as a regular expression's word boundary. Remove the character, "
            "write the query as `query: |`, or, where it is meant, write it as an escape such as "
            "\\u200b. Joiners between letters of other scripts and in emoji are left alone, and "
            "so are blanks of other widths, which do stand in real values."
        ),
        severity=Severity.WARNING,
        source="https://www.unicode.org/reports/tr36/ (text that shows other than it is)",
    )

    def examine(self, query: Query, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each kind of character and line."""
        for found in unseen_characters(query.text):
            if (
                found.surroundings is Surroundings.STRING
                and found.character not in REORDERING
                and not is_space(found.character)
                and not shapes_its_neighbours(query.text, found.place.start)
            ):
                yield Problem(
                    self.code,
                    f"{character_name(found.character)} in a string: it cannot be seen",
                    found.place,
                    "remove it, or write it as an escape where it is meant",
                )
