"""SG207: a technique that a newer ATT&CK has replaced."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.community import written_techniques
from generator.catalog.detection import Detection
from generator.check import DocumentCheck
from generator.findings import Code, InDocument, Problem, Severity
from generator.vocabulary.techniques import techniques


class ReplacedTechnique(DocumentCheck):
    """relevantTechniques holds an id that ATT&CK 19 has replaced by another one."""

    code = Code(
        "SG207",
        summary="Technique that a newer ATT&CK has replaced",
        explanation=(
            "ATT&CK 19 has split the tactic Defense Evasion and given some techniques new ids. "
            "Sentinel's tactics are still the ones from before, so both ids are in order; the new "
            "one will be needed once Sentinel follows."
        ),
        severity=Severity.NOTE,
        source="https://attack.mitre.org/resources/updates/updates-april-2026/",
    )
    whole = ("relevantTechniques", "techniques")

    def examine(self, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each replaced technique where its successor is not listed too."""
        written = list(written_techniques(detection.document))
        listed = {technique for _, technique in written}
        replaced = techniques().replaced
        for path, technique in written:
            successor = replaced.get(technique)
            if successor is not None and successor not in listed:
                yield Problem(
                    self.code,
                    f"ATT&CK 19 has replaced {technique} by {successor}",
                    InDocument(path),
                    "keep it, or list both, until Sentinel follows ATT&CK 19",
                )
