"""SG310: a value that KQL cannot hold."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class ValueWithoutLiteral(StageCheck):
    """The value has no KQL literal."""

    code = "SG310"
    title = "Value that has no KQL literal"
    explanation = (
        "What stands between {{ }} becomes a literal of its type. Null, a macro that is not "
        "called, a number beyond 64 bits, a value that is not finite or half a character have "
        "none; timespans, datetimes and names are written one by one, not as a list."
    )
    severity = Severity.ERROR
    source = "Microsoft Learn, KQL, Scalar data types."
    waivable = False
