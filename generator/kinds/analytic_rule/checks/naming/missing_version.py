"""SG210: a detection without a version."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import DocumentCheck
from generator.findings import Code, InDocument, Problem, Severity


class MissingVersion(DocumentCheck):
    """The detection has no version."""

    code = Code(
        "SG210",
        summary="Missing version",
        explanation=(
            "A version makes changes visible: `validate --base` asks for a new one whenever the "
            "query, the threshold or the schedule changes, and Microsoft's repository requires "
            "it. Write `version: 1.0.0`."
        ),
        severity=Severity.WARNING,
        source=(
            "Azure/Azure-Sentinel, .script/tests/detectionTemplateSchemaValidation (version is "
            "required)"
        ),
    )

    def examine(self, detection: Detection) -> Iterator[Problem]:
        """Yield a problem when there is no version."""
        if detection.document.get("version") is None:
            yield Problem(
                self.code, "the detection has no version", InDocument(()), "write version: 1.0.0"
            )
