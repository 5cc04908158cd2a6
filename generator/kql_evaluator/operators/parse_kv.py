"""parse-kv: keys and values in text, between delimiters, quotes or by a regular expression."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from generator.kql.syntax import Node
from generator.kql_evaluator.conversion import CONVERSIONS
from generator.kql_evaluator.operators.parse import Extraction, compiled, declared, extracting
from generator.kql_evaluator.runtime import Relation
from generator.kql_evaluator.scope import OperatorHandler, Scope, name_text
from generator.kql_evaluator.values import Value, null_of

Pairs = Callable[[str], Iterator[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Notation:
    """How pairs are written. `quotes` are pairs of an opening and a closing character."""

    between_pairs: str
    between_key_and_value: str
    quotes: tuple[tuple[str, str], ...]
    escapes: tuple[str, ...]
    greedy: bool

    def closing(self, character: str) -> str | None:
        """Return what closes a quote that this character opens, None where it opens none."""
        return next((close for opened, close in self.quotes if opened == character), None)

    def quoted(self, text: str, start: int, closing: str) -> tuple[str, int]:
        """Return the content of a quote from behind its opening, and the place behind its end."""
        characters = []
        position = start
        while position < len(text) and text[position] != closing:
            if text[position] in self.escapes and position + 1 < len(text):
                position += 1
            characters.append(text[position])
            position += 1
        return "".join(characters), min(position + 1, len(text))


_STEPS_OF_A_LETTER = 16
"""Each pair may be a few letters, and finding one by a regular expression takes microseconds."""


def _parse_kv(scope: Scope, node: Node, source: Relation) -> Relation:
    columns = tuple(declared(item) for item in node.child("Keys").child("Columns").elements())
    pairs = _pairs(scope, node, [column.name for column in columns])
    conversions = [CONVERSIONS[column.type] for column in columns]

    def read(text: str) -> tuple[Value, ...]:
        found: dict[str, str] = {}
        for key, value in pairs(text):
            found.setdefault(key, value)
        return tuple(
            convert(found[column.name]) if column.name in found else null_of(column.type)
            for column, convert in zip(columns, conversions, strict=True)
        )

    return extracting(
        scope, node, source, Extraction(columns, read, _STEPS_OF_A_LETTER), only_matches=False
    )


def _pairs(scope: Scope, node: Node, keys: Sequence[str]) -> Pairs:
    clause = node.get("WithClause")
    options: dict[str, list[str]] = {}
    for item in clause.child("Properties").elements() if clause is not None else ():
        value = scope.without_rows().scalar(item.child("Expression")).value
        options.setdefault(name_text(item.child("Name")), []).append(str(value))
    if "regex" in options:
        return _by_pattern(scope, node, options["regex"][0])
    notation = Notation(
        options.get("pair_delimiter", [""])[0],
        options.get("kv_delimiter", [""])[0],
        tuple((quote[0], quote[-1]) for quote in options.get("quote", []) if quote),
        tuple(options.get("escape", [])),
        options.get("greedy", ["False"])[0].lower() == "true",
    )
    if not notation.between_pairs and not notation.between_key_and_value:
        return lambda text: _between_words(text, notation)
    if not notation.between_pairs or not notation.between_key_and_value:
        raise scope.unsupported(node, "parse-kv", "with only one of the two delimiters")
    return lambda text: _between_delimiters(text, notation, keys)


def _by_pattern(scope: Scope, node: Node, pattern: str) -> Pairs:
    expression = compiled(scope, node, pattern)
    if expression.groups != 2:
        raise scope.failure(node, "the regular expression of parse-kv needs exactly two groups")

    def pairs(text: str) -> Iterator[tuple[str, str]]:
        for match in expression.finditer(text):
            yield (match.group(1) or "").strip(), (match.group(2) or "").strip()

    return pairs


def _between_delimiters(
    text: str, notation: Notation, keys: Sequence[str]
) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(text):
        key, position = _key(text, position, notation)
        if key is None:
            continue
        while position < len(text) and text[position].isspace():
            position += 1
        value, position = _value(text, position, notation, keys)
        yield key, value


def _key(text: str, position: int, notation: Notation) -> tuple[str | None, int]:
    """Return a key and the place behind its delimiter; None for text that is no key."""
    while position < len(text) and text[position].isspace():
        position += 1
    closing = notation.closing(text[position : position + 1])
    if closing is not None:
        key, position = notation.quoted(text, position + 1, closing)
        if text.startswith(notation.between_key_and_value, position):
            return key, position + len(notation.between_key_and_value)
        return None, position
    equals = text.find(notation.between_key_and_value, position)
    end = text.find(notation.between_pairs, position)
    if equals < 0:
        return None, len(text)
    if 0 <= end < equals:
        return None, end + len(notation.between_pairs)
    return text[position:equals].strip(), equals + len(notation.between_key_and_value)


def _value(text: str, position: int, notation: Notation, keys: Sequence[str]) -> tuple[str, int]:
    closing = notation.closing(text[position : position + 1])
    if closing is not None:
        return notation.quoted(text, position + 1, closing)
    if notation.greedy:
        ends = [
            text.find(f"{notation.between_pairs}{key}{notation.between_key_and_value}", position)
            for key in keys
        ]
        end = min((found for found in ends if found >= 0), default=len(text))
    else:
        found = text.find(notation.between_pairs, position)
        end = len(text) if found < 0 else found
    return text[position:end].strip(), end + len(notation.between_pairs)


def _between_words(text: str, notation: Notation) -> Iterator[tuple[str, str]]:
    """Without delimiters every word may be a key, and the word or quote behind it its value."""
    words = list(_words(text, notation))
    return pairwise(words)


def _words(text: str, notation: Notation) -> Iterator[str]:
    position = 0
    while position < len(text):
        closing = notation.closing(text[position])
        if closing is not None:
            word, position = notation.quoted(text, position + 1, closing)
            yield word
            continue
        end = position
        while end < len(text) and text[end].isalnum():
            end += 1
        if end > position:
            yield text[position:end]
        position = max(end, position + 1)


HANDLERS: dict[str, OperatorHandler] = {"ParseKvOperator": _parse_kv}
