"""SG323: a name that is a value and a parameter."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class ValueAndParameter(StageCheck):
    """One name stands in `values` and in `parameters`."""

    code = "SG323"
    title = "Name that is both a value and a parameter"
    explanation = (
        "A template reads one name and cannot tell which of the two is meant. Keep the parameter "
        "where tenants tune it, the value where they do not."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
