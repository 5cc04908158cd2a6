"""SG202: a tactic that ATT&CK has replaced."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.community import written_tactics
from generator.catalog.detection import Detection
from generator.check import DocumentCheck
from generator.findings import Code, InDocument, Problem, Severity
from generator.vocabulary.tactics import DEPRECATED_TACTICS


class DeprecatedTactic(DocumentCheck):
    """The rule names PreAttack."""

    code = Code(
        "SG202",
        summary="Deprecated tactic",
        explanation=(
            "ATT&CK has replaced PreAttack by Reconnaissance and ResourceDevelopment. The API "
            "still takes it; Microsoft's template tests do not."
        ),
        severity=Severity.WARNING,
        source=(
            "Azure/Azure-Sentinel, AttackTactic.cs of the template tests; "
            "https://attack.mitre.org/resources/versions/"
        ),
    )

    def examine(self, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each deprecated tactic."""
        for index, tactic in enumerate(written_tactics(detection.document)):
            if tactic in DEPRECATED_TACTICS:
                yield Problem(
                    self.code,
                    f"{tactic} is deprecated",
                    InDocument(("tactics", index)),
                    f"write {' or '.join(DEPRECATED_TACTICS[tactic])}",
                )
