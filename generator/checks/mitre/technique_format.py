"""SG203: a technique that is no ATT&CK id."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.catalog.community import written_techniques
from generator.catalog.detection import Detection
from generator.check import DocumentCheck
from generator.findings import Code, InDocument, Problem, Severity

_TECHNIQUE = re.compile(r"T[0-9]{4}(?:\.[0-9]{3})?")


def is_technique(text: str) -> bool:
    """Tell whether a text has the form of a technique's id."""
    return _TECHNIQUE.fullmatch(text) is not None


class TechniqueFormat(DocumentCheck):
    """relevantTechniques holds something else than T1234 or T1234.001."""

    code = Code(
        "SG203",
        summary="Malformed technique",
        explanation=(
            "A technique is an ATT&CK id: T and four digits, for a sub-technique a dot and three "
            "digits, such as T1078 or T1078.004. No names, blanks or lower case."
        ),
        severity=Severity.ERROR,
        source=(
            "Azure/Azure-Sentinel, .script/tests/detectionTemplateSchemaValidation "
            "(relevantTechniques); Azure/azure-rest-api-specs, securityinsights 2025-09-01"
        ),
    )

    def examine(self, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each malformed technique."""
        for path, technique in written_techniques(detection.document):
            if not is_technique(technique):
                yield Problem(
                    self.code,
                    f"{technique!r} is not a technique such as T1078 or T1078.004",
                    InDocument(path),
                )
