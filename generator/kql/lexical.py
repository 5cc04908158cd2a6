"""The parts of KQL text in which other rules hold: strings, comments and raw literals.

Enough of KQL's lexical grammar to say where they begin and end, as Kusto.Language's lexer does; not
a parser. Broken text is read the same way as there, so that an unclosed string ends with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto


class Region(Enum):
    """What a part of a query is."""

    STRING = auto()
    COMMENT = auto()
    RAW_LITERAL = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A string, a comment or a literal such as `datetime(…)`, in character offsets."""

    region: Region
    start: int
    end: int


_RAW_LITERAL_TYPES = (
    "bool|boolean|date|datetime|decimal|double|guid|int|int32|int64|long|real|string|time|timespan|"
    "uint|uint32|uint64|ulong|uniqueid|uuid"
)
_ESCAPE = r"""\\(?:['"\\abfnrtv]|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})"""
_TOKEN = re.compile(
    rf"""
      (?P<comment> //[^\r\n]* | \#[^\r\n]* )
    | (?P<string> (?: (?<![A-Za-z0-9_]) [hH] )? (?:
          @? (?: ```.*?(?:```|\Z) | ~~~.*?(?:~~~|\Z) )
        | @"(?:[^"\r\n]|"")*"? | @'(?:[^'\r\n]|'')*'?
        | "(?:{_ESCAPE}|[^"\\\r\n])*"? | '(?:{_ESCAPE}|[^'\\\r\n])*'? ) )
    | (?P<raw> (?<![A-Za-z0-9_]) (?:{_RAW_LITERAL_TYPES})\([^)\r\n]*\)? )
    | [A-Za-z_][A-Za-z0-9_]*
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_BLANK_OR_COMMENT = re.compile(r"\s+|//[^\r\n]*")
_REGIONS = {"comment": Region.COMMENT, "string": Region.STRING, "raw": Region.RAW_LITERAL}


def regions(query: str) -> Iterator[Token]:
    """Yield the strings, comments and raw literals of a query in their order."""
    for match in _TOKEN.finditer(query):
        if match.lastgroup is not None:
            yield Token(_REGIONS[match.lastgroup], match.start(), match.end())


def code_alone(query: str) -> str:
    """Return the query with strings and comments replaced by blanks of the same length."""
    parts = []
    end = 0
    for token in regions(query):
        if token.region is not Region.RAW_LITERAL:
            parts += [query[end : token.start], " " * (token.end - token.start)]
            end = token.end
    return "".join([*parts, query[end:]])


def has_code(query: str) -> bool:
    """Tell whether anything but blanks and comments is in a query."""
    position = 0
    while match := _BLANK_OR_COMMENT.match(query, position):
        position = match.end()
    return position < len(query)
