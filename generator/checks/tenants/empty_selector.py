"""SG705: a selector that says nothing."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class EmptySelector(StageCheck):
    """A selector that says nothing."""

    code = "SG705"
    title = "Selector that says nothing"
    explanation = (
        "A selector is a glob on AREA/SLUG, or a mapping with tag, severity, kind or id. An "
        "empty one, or an empty list of what to include, would select nothing or everything "
        "depending on the reader: leave it out."
    )
    severity = Severity.ERROR
    source = "Our own format, docs/deployment.md."
    waivable = False
