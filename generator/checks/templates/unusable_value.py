"""SG320: an entry of `values` that is no KQL value."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnusableValue(StageCheck):
    """A value cannot be used as it is written."""

    code = "SG320"
    title = "Value that cannot be used"
    explanation = (
        "`values` take their type from YAML: text, whole number, real, true or false, list; "
        "{timespan: 1h}, {datetime: 2026-01-31}, {dynamic: …}, {column: Name} and {table: Name} "
        "give the others. YAML reads NO, on, yes and the like as booleans: quote them where text "
        "is meant."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
