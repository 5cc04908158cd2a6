"""SG502: a detection that does something else under the same version."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnchangedVersion(StageCheck):
    """Query, threshold or schedule differ from the base revision and the version does not."""

    code = "SG502"
    title = "Changed detection without a new version"
    explanation = (
        "The version tells those who run a rule that it behaves differently now. Raise it whenever "
        "the rendered query, the trigger or the schedule changes: the last number for a "
        "correction, the middle one for more or fewer alerts, the first for another detection."
    )
    severity = Severity.WARNING
    source = "Our own decision."
