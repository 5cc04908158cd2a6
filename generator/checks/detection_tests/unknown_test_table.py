"""SG606: a test gives events to an unknown table."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnknownTestTable(StageCheck):
    """A test gives events to an unknown table."""

    code = "SG606"
    title = "A test gives events to an unknown table"
    explanation = (
        "Events are typed by the tables' columns, so the table must be known: one of "
        "Sentinel's, or one that schemas/tables declares. Names are case-sensitive. A "
        "function that schemas/functions defines is computed and takes no rows."
    )
    severity = Severity.ERROR
    source = "our own decision; docs/testing.md describes the format"
