"""SG101: a query without any KQL in it."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import TextCheck
from generator.findings import Code, InDocument, Problem, Severity
from generator.kql.lexical import has_code
from generator.kql.query import Query


class EmptyQuery(TextCheck):
    """Nothing but blanks and comments is in the rendered query."""

    code = Code(
        "SG101",
        summary="Empty query",
        explanation=(
            "A rule needs a query of 1 to 10,000 characters; one that holds only blanks and "
            "comments asks for nothing and Sentinel refuses it. Write the query, or look at why "
            "the template rendered nothing."
        ),
        severity=Severity.ERROR,
        source=(
            "https://learn.microsoft.com/azure/sentinel/create-analytics-rules (queries of 1 to "
            "10,000 characters)"
        ),
    )

    def examine(self, query: Query, detection: Detection) -> Iterator[Problem]:
        """Yield a problem when the query holds no code."""
        if not has_code(query.text):
            found = "only blanks and comments" if query.text else "nothing"
            yield Problem(self.code, f"the query holds {found}", InDocument(query.path))
