"""SG601: a detection lacks a test that alerts or one that does not."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UntestedDetection(StageCheck):
    """A detection lacks a test that alerts or one that does not."""

    code = "SG601"
    title = "A detection lacks a test that alerts or one that does not"
    explanation = (
        "A test that alerts shows that the detection can find what it is for; one that does "
        "not shows that it keeps quiet otherwise. Write SLUG.tests.yaml beside the detection "
        "with at least one of each; the best quiet test is a near miss, one condition off. A "
        "skipped test does not count, and a quiet one must give at least one "
        "event that the query reads."
    )
    severity = Severity.WARNING
    source = "our own decision; docs/testing.md describes the format"
