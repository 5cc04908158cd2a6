"""SG603: two tests of a file have the same name, or differ in nothing else."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class RepeatedTestName(StageCheck):
    """Two tests of a file have the same name, or differ in nothing else."""

    code = "SG603"
    title = "Two tests of a file have the same name, or differ in nothing else"
    explanation = (
        "Reports name a test by its name, so two of the same cannot be told apart: say in each "
        "name what is different about it. Blanks make no difference. Where only the name differs, "
        "the second test shows nothing that the first does not: it was mostly copied to be changed."
    )
    severity = Severity.WARNING
    source = "our own decision; docs/testing.md describes the format"
