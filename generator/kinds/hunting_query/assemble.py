"""From a hunting query as written, and its final query, to the model and back to its `Query`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.catalog.community import (
    strip_description_quotes,
    written_tactics,
    written_techniques,
)
from generator.catalog.detection import Detection
from generator.kinds.hunting_query.model import HuntingQuery
from generator.kinds.partial_models import PartialModels
from generator.kql.query import Query


def assemble(detection: Detection, query: str) -> HuntingQuery:
    """Make what the workspace will hold of a schema-valid document and its rendered query."""
    document = detection.document
    description = document.get("description")
    techniques = (technique for _, technique in written_techniques(document))
    return HuntingQuery(
        id=detection.id,
        display_name=detection.name,
        description=None if description is None else strip_description_quotes(description),
        query=query,
        tactics=tuple(dict.fromkeys(written_tactics(document))),
        techniques=tuple(dict.fromkeys(techniques)),
    )


def query_of(model: HuntingQuery, document: Mapping[str, Any]) -> Query:
    """Return the query, whose period whoever runs it chooses."""
    return Query(model.query, ("template" if "template" in document else "query",))


PARTIAL_QUERIES = PartialModels(assemble, query_of, {"query": "text"})
"""How checks are given what is usable of a document."""
