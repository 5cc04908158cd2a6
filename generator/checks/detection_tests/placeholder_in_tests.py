"""SG619: tests that `new` wrote and nobody has changed."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class PlaceholderInTests(StageCheck):
    """Tests that `new` wrote and nobody has changed."""

    code = "SG619"
    title = "Tests that `new` wrote and nobody has changed"
    explanation = (
        "The tests of `sentinelgen new` show how a test looks. Their events hold an "
        "operation that no log holds, as the query of `new` does. Write events as your logs "
        "hold them, and what the detection must make of them."
    )
    severity = Severity.WARNING
    source = "our own decision; docs/testing.md describes the format"
