"""SG609: a file of events cannot be used."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnusableEventFile(StageCheck):
    """A file of events cannot be used."""

    code = "SG609"
    title = "A file of events cannot be used"
    explanation = (
        "Events come from JSON lines, a JSON array or CSV, inside of the repository, in "
        "UTF-8, with times in UTC. The path counts from the tests file."
    )
    severity = Severity.ERROR
    source = "our own decision; docs/testing.md describes the format"
