"""SG312: raw KQL in a detection's own query."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class RawKqlInDetection(StageCheck):
    """The filter raw_kql outside of `_templates/`."""

    code = "SG312"
    title = "raw_kql outside of _templates/"
    explanation = (
        "raw_kql writes a value as it is, so whoever gives the value writes the query. It belongs "
        "in templates, where one review covers all uses; in a query, write the value as a "
        "literal, a name as {column: Name} or {table: Name}."
    )
    severity = Severity.WARNING
    source = "Our own decision."
