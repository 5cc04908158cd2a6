"""SG602: a tests file belongs to no detection."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class TestsWithoutDetection(StageCheck):
    """A tests file belongs to no detection."""

    code = "SG602"
    title = "A tests file belongs to no detection"
    explanation = (
        "SLUG.tests.yaml holds the tests of SLUG.yaml in the same folder. Without that file "
        "the tests are never run, which nobody notices. Rename the tests file as the "
        "detection is called, or remove it."
    )
    severity = Severity.WARNING
    source = "our own decision; docs/testing.md describes the format"
