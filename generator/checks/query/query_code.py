"""The query's code alone: strings and comments blanked out, every offset as it was.

Enough to look for a few words that Sentinel forbids; whatever needs grammar asks the KQL service.
"""

from __future__ import annotations

import re

_STRING_OR_COMMENT = re.compile(
    r"""
      //[^\r\n]*                                # comment
    | ```.*?(?:```|\Z) | ~~~.*?(?:~~~|\Z)       # multi-line strings
    | @"(?:[^"\r\n]|"")*"? | @'(?:[^'\r\n]|'')*'?   # verbatim strings
    | "(?:[^"\\\r\n]|\\.)*"? | '(?:[^'\\\r\n]|\\.)*'?
    """,
    re.VERBOSE | re.DOTALL,
)
_BLANK_OR_COMMENT = re.compile(r"\s+|//[^\r\n]*")


def query_code(query: str) -> str:
    """Return the query with strings and comments replaced by blanks of the same length."""
    return _STRING_OR_COMMENT.sub(lambda match: " " * len(match[0]), query)


def has_code(query: str) -> bool:
    """Tell whether anything but blanks and comments is in the query."""
    position = 0
    while match := _BLANK_OR_COMMENT.match(query, position):
        position = match.end()
    return position < len(query)
