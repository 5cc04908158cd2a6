"""SG433: misspelt data connector."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import DocumentCheck
from generator.findings import Code, InDocument, Problem, Severity
from generator.text.near_names import ending
from generator.vocabulary.connectors import connector_meant


class MisspeltConnector(DocumentCheck):
    """A connectorId differs from that of a published connector by a slip of the hand."""

    code = Code(
        "SG433",
        summary="Misspelt data connector",
        explanation=(
            "Sentinel finds a connector by its id and shows whether it is connected; an id that "
            "no connector has is never connected. Reported is what differs from a published id by "
            "one edit, or by case, blanks and marks alone. Any other unknown id is taken for a "
            "connector of your own. If the id is right, waive this."
        ),
        severity=Severity.WARNING,
        source=(
            "Azure/Azure-Sentinel, .script/tests/detectionTemplateSchemaValidation "
            "(ValidConnectorIds.json); date in generator/vocabulary"
        ),
    )

    def examine(self, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each misspelt connector id."""
        connectors = detection.document.get("requiredDataConnectors")
        if not isinstance(connectors, list):
            return
        for index, connector in enumerate(connectors):
            written = connector.get("connectorId")
            if isinstance(written, str) and not written.strip():
                place = InDocument(("requiredDataConnectors", index, "connectorId"))
                yield Problem(self.code, "the connector has no id", place)
                continue
            meant = connector_meant(written) if isinstance(written, str) else None
            if meant is not None:
                yield Problem(
                    self.code,
                    f"there is no connector {written!r}{ending(meant)}",
                    InDocument(("requiredDataConnectors", index, "connectorId")),
                )
