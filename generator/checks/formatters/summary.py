"""How many findings there are of each severity; what every writing of findings ends with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from generator.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Summary:
    """`detections` is how many were looked at; the others are numbers of findings."""

    detections: int
    errors: int
    warnings: int
    notes: int


def summarise(findings: Iterable[Finding], detections: int) -> Summary:
    """Count the findings by severity."""
    counts = Counter(finding.severity for finding in findings)
    return Summary(
        detections=detections,
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        notes=counts[Severity.NOTE],
    )
