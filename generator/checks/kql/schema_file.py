"""SG490: a table or watchlist file below schemas/ that cannot be used."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class SchemaFile(StageCheck):
    """A table or watchlist file below schemas/ cannot be used as it is."""

    code = "SG490"
    title = "Malformed table or watchlist schema"
    explanation = (
        "schemas/tables/NAME.yaml and schemas/watchlists/ALIAS.yaml hold `columns`, a mapping of "
        "column names to KQL types; a table may also say `open: true`, that it has more columns. "
        "A file that says anything else is not used, so that no query is judged by half of it."
    )
    severity = Severity.ERROR
    source = "our own format, docs/kql.md"
    waivable = False
