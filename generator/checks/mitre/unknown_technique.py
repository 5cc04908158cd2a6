"""SG205: a technique that ATT&CK does not have."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.community import written_techniques
from generator.catalog.detection import Detection
from generator.check import DocumentCheck
from generator.checks.mitre.technique_format import is_technique
from generator.findings import Code, InDocument, Problem, Severity
from generator.text.near_names import listed
from generator.vocabulary.techniques import techniques


class UnknownTechnique(DocumentCheck):
    """relevantTechniques holds an id of the right form that no technique has."""

    code = Code(
        "SG205",
        summary="Unknown technique",
        explanation=(
            "No technique of ATT&CK (Enterprise, ICS or Mobile) has this id, so the rule counts "
            "for nothing in Sentinel's MITRE view. The service takes any id of the right form, "
            "and the list that comes with this tool may be older than the technique; the message "
            "says which version it is of. Where the technique is new, waive this with its address "
            "as the reason."
        ),
        severity=Severity.WARNING,
        source="https://attack.mitre.org/techniques/ (version and date in generator/vocabulary)",
    )

    def examine(self, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each technique that is neither known nor a retired one."""
        facts = techniques()
        for path, technique in written_techniques(detection.document):
            if (
                is_technique(technique)
                and technique not in facts.known
                and technique not in facts.retired
            ):
                near = facts.near(technique)
                yield Problem(
                    self.code,
                    f"ATT&CK {facts.version} has no technique {technique}",
                    InDocument(path),
                    f"near it: {listed(near)}" if near else "correct it or leave it out",
                )
