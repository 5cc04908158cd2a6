"""Values that a template writes into a KQL string, a comment or a literal such as `datetime(…)`.

There a literal is no literal: its quotes end the string around it, and the rest of the value is
KQL. Found in the rendered text, so that it holds for every way in which a template can write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.findings import Code, Severity
from generator.kql.lexical import Region, Token, regions
from generator.kql_templates.fault import TemplateFaultError
from generator.kql_templates.kql_text import Kind, KqlText, Piece

MISPLACED_VALUE = Code(
    "SG311",
    summary="Value inside a KQL string, comment or raw literal",
    explanation=(
        "Values bring their own quotes. Inside of a string those end it, a comment ends with the "
        "first line break, and datetime(…), guid(…), long(…) and the like end at the first ), "
        "whatever is quoted: the rest of the value would be KQL, and whoever sets a parameter "
        "would write the query. Write the value on its own: {{ name }} without quotes, text "
        "joined with ~."
    ),
    severity=Severity.ERROR,
    source="Our own decision; the lexer of Kusto.Language for where literals end.",
    waivable=False,
)

_HARMLESS_IN_RAW_LITERALS = re.compile(r"-?[0-9.]+[a-z]*|true|false", re.ASCII)


def misplaced_values(text: KqlText) -> Iterator[TemplateFaultError]:
    """Yield a fault for each value that stands where it cannot be a literal."""
    seen = set()
    for piece, token in _inside(text):
        place = (piece.template, piece.start, piece.end)
        if place not in seen:
            seen.add(place)
            yield TemplateFaultError(*_explanation(token)).at(
                piece.template or "", piece.start, piece.end
            )


def _inside(text: KqlText) -> Iterator[tuple[Piece, Token]]:
    tokens = regions(text)
    token = next(tokens, None)
    offset = 0
    for piece in text.pieces:
        start, offset = offset, offset + len(piece.text)
        while token is not None and token.end <= start:
            token = next(tokens, None)
        if piece.kind is not Kind.VALUE or token is None:
            continue
        if token.region is Region.RAW_LITERAL and _HARMLESS_IN_RAW_LITERALS.fullmatch(piece.text):
            continue
        if token.start < start < token.end:
            yield piece, token


def _explanation(token: Token) -> tuple[str, str, str]:
    message, help_ = _EXPLANATIONS[token.region]
    return MISPLACED_VALUE, message, help_


_EXPLANATIONS = {
    Region.STRING: (
        "the value stands inside a KQL string, and it brings its own quotes",
        'remove the quotes around it; join text with ~ ({{ "prefix" ~ value }}) or strcat()',
    ),
    Region.COMMENT: (
        "the value stands inside a KQL comment, which a line break would end",
        "remove the value, or write the comment as a Jinja comment {# … #}",
    ),
    Region.RAW_LITERAL: (
        "the value stands inside a KQL literal that takes any text up to the first )",
        "give the value its type and write it without datetime(…), guid(…) or the like around it",
    ),
}
