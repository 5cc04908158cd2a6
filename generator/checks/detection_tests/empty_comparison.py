"""SG613: an expectation names nothing to compare."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class EmptyComparison(StageCheck):
    """An expectation names nothing to compare."""

    code = "SG613"
    title = "An expectation names nothing to compare"
    explanation = (
        "Entities, custom details and dynamic properties match as subsets, and an empty "
        "mapping is a subset of any: entities: {} holds for an alert with entities too. "
        "Name what is expected; an empty list says that there is none of it, such as "
        "Account: []. An error, because nothing can make the key fail."
    )
    severity = Severity.ERROR
    source = "our own decision; docs/testing.md describes the format"
