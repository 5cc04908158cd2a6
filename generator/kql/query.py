"""A query of the content, whichever kind of content it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from generator.findings import DocumentPath


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it is sent.

    `path` is the member of the document that writes it: the query itself, or the template that it
    is made from. `period` is how far back it looks, None where whoever runs it says. With
    `by_ingestion` a run looks at what has been ingested since the last one, whatever its time.
    """

    text: str
    path: DocumentPath
    period: timedelta | None = None
    by_ingestion: bool = False
