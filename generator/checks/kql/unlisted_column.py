"""SG407: column that is not listed for its table."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import QueryCheck
from generator.findings import Code, InQuery, Problem, Severity
from generator.kql.analysis import Analysis
from generator.kql.query import Query
from generator.text.near_names import ending


class UnlistedColumn(QueryCheck):
    """The query names a column that a leniently treated table does not list."""

    code = Code(
        "SG407",
        summary="Column that is not listed for its table",
        explanation=(
            "The table's list of columns does not have this one. It is a warning and no error "
            "because sentinelgen.yaml says so for this table (tables: {NAME: {unknownColumns: "
            "warning}}). Add the column in schemas/tables/NAME.yaml once it is known to be "
            "right."
        ),
        severity=Severity.WARNING,
        source="our own decision: published lists of columns lag behind the service",
    )

    def examine(self, query: Query, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield a problem for each unlisted column."""
        for column in analysis.inferred_columns:
            yield Problem(
                self.code,
                f"the column {column.name!r} is not listed for {', '.join(column.tables)}"
                + ending(column.suggestion),
                InQuery(column.start, column.end),
                f"add it in schemas/tables/{column.tables[0]}.yaml",
            )
