"""SG617: a test does not give what the query reads."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class InputNotGiven(StageCheck):
    """A test does not give what the query reads."""

    code = "SG617"
    title = "A test does not give what the query reads"
    explanation = (
        "A table that is not given is empty, but nobody can tell what a watchlist, external "
        "data or a function without a body would hold. The query refers to one that the "
        "test does not give. That counts even where a run does not get that far with the "
        "test's events, because an earlier filter leaves no row. Give its rows; an empty "
        "list says that there are none."
    )
    severity = Severity.ERROR
    source = "our own decision; docs/testing.md describes the format"
