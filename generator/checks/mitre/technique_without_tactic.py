"""SG204: a technique that belongs to none of the tactics."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.community import written_tactics, written_techniques
from generator.catalog.detection import Detection
from generator.check import DocumentCheck
from generator.findings import Code, InDocument, Problem, Severity
from generator.vocabulary.tactics import DEPRECATED_TACTICS, tactic_names, tactics_by_technique

_NAMED = 6
"""Tactics that a message names; a rule rarely has more."""


class TechniqueWithoutTactic(DocumentCheck):
    """A known technique belongs to none of the listed tactics."""

    code = Code(
        "SG204",
        summary="Technique of a tactic that is not listed",
        explanation=(
            "Sentinel's MITRE view shows a technique under its tactics; one whose tactics are all"
            " missing from `tactics` appears nowhere. Add the tactic that the rule is about, or "
            "correct the technique. Our table is a union of several ATT&CK versions and warns "
            "only about techniques that it knows."
        ),
        severity=Severity.WARNING,
        source=(
            "Azure/Azure-Sentinel, .script/tests/detectionTemplateSchemaValidation "
            "(NoTechniquesWithoutMatchingTactics); https://attack.mitre.org"
        ),
    )

    whole = ("tactics",)

    def examine(self, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each known technique without one of its tactics.

        Silent where a tactic does not exist: the one that was meant may be the missing one.
        """
        listed = tuple(written_tactics(detection.document))
        if not set(listed) <= set(tactic_names()):
            return
        covered = set(listed).union(
            *(DEPRECATED_TACTICS[tactic] for tactic in listed if tactic in DEPRECATED_TACTICS)
        )
        for path, technique in written_techniques(detection.document):
            tactics = tactics_by_technique().get(technique.partition(".")[0])
            if tactics is not None and not tactics & covered:
                yield Problem(
                    self.code,
                    f"{technique} belongs to {' and '.join(sorted(tactics))}, "
                    f"not to {' or '.join(listed[:_NAMED]) or 'any listed tactic'}",
                    InDocument(path),
                )
