"""SG201: a tactic that the API does not have."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.community import written_tactics
from generator.catalog.detection import Detection
from generator.check import DocumentCheck
from generator.findings import Code, InDocument, Problem, Severity
from generator.text.near_names import did_you_mean
from generator.vocabulary.tactics import tactic_names


class UnknownTactic(DocumentCheck):
    """A tactic is none of the API's names."""

    code = Code(
        "SG201",
        summary="Unknown tactic",
        explanation=(
            "Tactics are written as the API spells them, without blanks: InitialAccess, "
            "CredentialAccess, CommandAndControl and so on. Sentinel refuses others."
        ),
        severity=Severity.ERROR,
        source="Azure/azure-rest-api-specs, securityinsights 2025-09-01, AttackTactic",
    )

    def examine(self, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each unknown tactic."""
        for index, tactic in enumerate(written_tactics(detection.document)):
            if tactic not in tactic_names():
                yield Problem(
                    self.code,
                    f"there is no tactic {tactic!r}" + did_you_mean(tactic, tactic_names()),
                    InDocument(("tactics", index)),
                    f"the tactics are {', '.join(tactic_names())}",
                )
