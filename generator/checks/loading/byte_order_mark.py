"""SG005: a byte order mark at the beginning of a file."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class ByteOrderMark(StageCheck):
    """The file begins with a byte order mark."""

    code = "SG005"
    title = "Byte order mark at the beginning"
    explanation = (
        "The mark is invisible. It is skipped here and reaches no key, query or template; other "
        "tools may take it for a part of the first key. Save the file as UTF-8 without a byte "
        "order mark."
    )
    severity = Severity.NOTE
    source = (
        "https://yaml.org/spec/1.2.2/#52-character-encodings (a mark may begin a file); published "
        "rules of Azure/Azure-Sentinel have one"
    )
