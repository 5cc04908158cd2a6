"""SG311: a value inside of a string, a comment or a raw literal."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class MisplacedValue(StageCheck):
    """A value is written where its literal is not read as one."""

    code = "SG311"
    title = "Value inside a KQL string, comment or raw literal"
    explanation = (
        "Values bring their own quotes. Inside of a string those end it, a comment ends with the "
        "first line break, and datetime(…), guid(…), long(…) and the like end at the first ), "
        "whatever is quoted: the rest of the value would be KQL, and whoever sets a parameter "
        "would write the query. Write the value on its own: {{ name }} without quotes, text "
        "joined with ~."
    )
    severity = Severity.ERROR
    source = "Our own decision; the lexer of Kusto.Language for where literals end."
    waivable = False
