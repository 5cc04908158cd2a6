"""SG615: a test gives the query nothing that it reads."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class OnlyUnreadInputs(StageCheck):
    """A test gives the query nothing that it reads."""

    code = "SG615"
    title = "A test gives the query nothing that it reads"
    explanation = (
        "None of the tables, watchlists and external data of the test is read by the query, "
        "in functions that it calls neither. The detection runs on nothing, and a test that "
        "expects no alert passes whatever it does: mostly a name is misspelt, or the query "
        "has moved to another table. The same holds where a test that expects no alert has rows "
        "only in such inputs, and the tables that the query reads are empty. An error, because the "
        "test shows nothing."
    )
    severity = Severity.ERROR
    source = "our own decision; docs/testing.md describes the format"
