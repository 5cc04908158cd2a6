"""SG206: a technique that ATT&CK has retired."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.community import written_techniques
from generator.catalog.detection import Detection
from generator.check import DocumentCheck
from generator.findings import Code, InDocument, Problem, Severity
from generator.vocabulary.techniques import techniques


class RetiredTechnique(DocumentCheck):
    """relevantTechniques holds an id that ATT&CK has revoked or deprecated."""

    code = Code(
        "SG206",
        summary="Retired technique",
        explanation=(
            "ATT&CK has revoked this technique in favour of another one, or deprecated it, before "
            "the version that Sentinel's tactics follow: Sentinel's MITRE view does not show it. "
            "Write its successor."
        ),
        severity=Severity.WARNING,
        source="https://attack.mitre.org/techniques/ (version and date in generator/vocabulary)",
    )

    def examine(self, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each retired technique, with its successor where it has one."""
        facts = techniques()
        for path, technique in written_techniques(detection.document):
            if technique in facts.retired:
                successor = facts.retired[technique]
                yield Problem(
                    self.code,
                    f"ATT&CK has retired {technique}"
                    + (f": {successor} has taken its place" if successor else ""),
                    InDocument(path),
                    f"write {successor}" if successor else "nothing has taken its place: remove it",
                )
