"""SG211: a version that is not three numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import DocumentCheck
from generator.findings import Code, InDocument, Problem, Severity

_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_VERSION_CHARACTERS = 20


class MalformedVersion(DocumentCheck):
    """The version is not X.Y.Z, or has more than 20 characters."""

    code = Code(
        "SG211",
        summary="Malformed version",
        explanation=(
            "A version is three numbers with dots, such as 1.0.0, in up to 20 characters. Quote "
            "one that YAML would read as a number."
        ),
        severity=Severity.WARNING,
        source="Azure/Azure-Sentinel, .script/tests/detectionTemplateSchemaValidation (version)",
    )

    def examine(self, detection: Detection) -> Iterator[Problem]:
        """Yield a problem when the version is malformed."""
        version = detection.document.get("version")
        if version is not None and not (
            _VERSION.fullmatch(str(version)) and len(str(version)) <= _VERSION_CHARACTERS
        ):
            yield Problem(
                self.code, f"{version!r} is not a version such as 1.0.0", InDocument(("version",))
            )
