"""SG616: a test gives an input that the query never reads."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnreadInput(StageCheck):
    """A test gives an input that the query never reads."""

    code = "SG616"
    title = "A test gives an input that the query never reads"
    explanation = (
        "The table, watchlist or external data cannot change the result: its name is "
        "misspelt, or it is left from an earlier query. A warning, because the other inputs "
        "of the test are read, and a table that only some values of the parameters read may "
        "stand in all tests."
    )
    severity = Severity.WARNING
    source = "our own decision; docs/testing.md describes the format"
