"""parse, parse-where and parse-kv: text taken apart into columns.

The patterns are made into one RE2 expression, so that hostile text costs linear time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from generator.kql.evaluator.conversion import CONVERSIONS
from generator.kql.evaluator.errors import InvalidArgumentError
from generator.kql.evaluator.expressions.folding import converted
from generator.kql.evaluator.operators.items import unique
from generator.kql.evaluator.operators.parameters import parameter_text
from generator.kql.evaluator.operators.projection import mapped
from generator.kql.evaluator.patterns import compile_pattern
from generator.kql.evaluator.runtime import Relation, Run
from generator.kql.evaluator.scope import OperatorHandler, Scope, name_text, named_by_service
from generator.kql.evaluator.table import Column, Schema
from generator.kql.evaluator.values import Row, Value, null_of
from generator.kql.service.syntax import Node

_WHOLE = r"[+-]?\d+"
_REAL = r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_CAPTURES = {
    "int": _WHOLE,
    "long": _WHOLE,
    "real": _REAL,
    "decimal": _REAL,
    "bool": "(?i:true|false|1|0)",
}


@dataclass(frozen=True, slots=True)
class _Extraction:
    """Columns to add or replace, and what a text gives them; None where it does not match."""

    columns: Schema
    read: Callable[[str], tuple[Value, ...] | None]


def _placed(source: Relation, added: Schema) -> tuple[list[Column], list[int]]:
    """Return the columns with the added ones, those of known names in their places."""
    columns = list(source.columns)
    places = []
    for column in added:
        names = [known.name for known in columns]
        if column.name in names:
            place = names.index(column.name)
            columns[place] = column
        else:
            place = len(columns)
            columns.append(column)
        places.append(place)
    return columns, places


def _extracting(
    scope: Scope, node: Node, source: Relation, extraction: _Extraction, *, only_matches: bool
) -> Relation:
    text = converted(scope.on_rows_of(source).scalar(node.child("Expression")), "string").evaluate
    computed, places = _placed(source, extraction.columns)
    columns = named_by_service(node, unique(computed))
    missing = tuple(null_of(column.type) for column in extraction.columns)
    room = [None] * (len(columns) - len(source.columns))

    def remap(rows: Sequence[Row], run: Run) -> Iterable[Row]:
        for row in rows:
            values = extraction.read(text(row, run))
            if values is None and only_matches:
                continue
            wide = [*row, *room]
            for place, value in zip(places, values or missing, strict=True):
                wide[place] = value
            yield tuple(wide)

    return mapped(source, columns, remap)


def _parse(scope: Scope, node: Node, source: Relation) -> Relation:
    kind = (parameter_text(node, "kind") or "simple").lower()
    if kind not in {"simple", "relaxed", "regex"}:
        raise scope.unsupported(node, f"parse kind={kind}")
    flags = parameter_text(node, "flags") or ""
    columns: list[Column] = []
    parts: list[str] = []
    for item in node.child("Patterns").elements():
        if item.kind == "StarExpression":
            parts.append(".*?")
        elif item.kind in {"NameAndTypeDeclaration", "NameDeclaration"}:
            column = _declared(item)
            parts.append(f"(?P<c{len(columns)}>{_capture(column.type, kind)})")
            columns.append(column)
        else:
            text = str(scope.without_rows().scalar(item).value)
            parts.append(f"(?:{text})" if kind == "regex" else re.escape(text))
    pattern = _compiled(scope, node, f"(?s{_flags(flags)})^{''.join(parts)}$")
    extraction = _Extraction(tuple(columns), _reader(pattern, columns, relaxed=kind == "relaxed"))
    only_matches = node.kind == "ParseWhereOperator"
    return _extracting(scope, node, source, extraction, only_matches=only_matches)


def _declared(item: Node) -> Column:
    if item.kind == "NameDeclaration":
        return Column(name_text(item), "string")
    declared = item.child("Type")
    spelled = declared.symbol.name if declared.symbol is not None else name_text(declared)
    return Column(name_text(item.child("Name")), spelled)


def _flags(flags: str) -> str:
    return "".join(flag for flag in flags if flag in "imU")


def _capture(kql_type: str, kind: str) -> str:
    strict = _CAPTURES.get(kql_type, ".*?")
    # Relaxed: a value of the wrong type is taken as well and becomes null.
    return f"{strict}|.*?" if kind == "relaxed" and strict != ".*?" else strict


def _compiled(scope: Scope, node: Node, pattern: str) -> Any:
    try:
        return compile_pattern(pattern)
    except InvalidArgumentError as error:
        raise scope.failure(node, str(error)) from None


def _reader(
    pattern: Any, columns: Sequence[Column], *, relaxed: bool
) -> Callable[[str], tuple[Value, ...] | None]:
    conversions = [CONVERSIONS[column.type] for column in columns]
    names = [f"c{index}" for index in range(len(columns))]

    def read(text: str) -> tuple[Value, ...] | None:
        match = pattern.search(text)
        if match is None:
            return None
        texts = [match.group(name) for name in names]
        values = [convert(found) for convert, found in zip(conversions, texts, strict=True)]
        failed = None in values
        return None if failed and not relaxed else tuple(values)

    return read


def _parse_kv(scope: Scope, node: Node, source: Relation) -> Relation:
    columns = tuple(_declared(item) for item in node.child("Keys").child("Columns").elements())
    options = _options(scope, node)
    pairs = (
        _pairs_by_pattern(scope, node, options)
        if "regex" in options
        else _pairs(scope, node, options)
    )
    conversions = [CONVERSIONS[column.type] for column in columns]

    def read(text: str) -> tuple[Value, ...]:
        found: dict[str, str] = {}
        for key, value in pairs(text):
            found.setdefault(key, value)
        return tuple(
            convert(found[column.name]) if column.name in found else null_of(column.type)
            for column, convert in zip(columns, conversions, strict=True)
        )

    return _extracting(scope, node, source, _Extraction(columns, read), only_matches=False)


_Pairs = Callable[[str], Iterator[tuple[str, str]]]


def _options(scope: Scope, node: Node) -> dict[str, str]:
    clause = node.get("WithClause")
    options: dict[str, str] = {}
    for item in clause.child("Properties").elements() if clause is not None else ():
        value = scope.without_rows().scalar(item.child("Expression")).value
        options[name_text(item.child("Name"))] = str(value)
    return options


def _pairs_by_pattern(scope: Scope, node: Node, options: dict[str, str]) -> _Pairs:
    pattern = _compiled(scope, node, options["regex"])

    def pairs(text: str) -> Iterator[tuple[str, str]]:
        for match in pattern.finditer(text):
            groups = match.groups()
            if len(groups) >= 2:
                yield groups[0] or "", groups[1] or ""

    return pairs


def _pairs(scope: Scope, node: Node, options: dict[str, str]) -> _Pairs:
    between, inside = options.get("pair_delimiter", " "), options.get("kv_delimiter", "=")
    quotes, escape = options.get("quote", ""), options.get("escape", "")
    if not between or not inside or options.get("greedy", "").lower() == "true":
        raise scope.unsupported(node, "parse-kv", "greedy, or without a delimiter")
    closing = quotes[-1:] if quotes else ""

    def pairs(text: str) -> Iterator[tuple[str, str]]:
        position = 0
        while position < len(text):
            equals = text.find(inside, position)
            if equals < 0:
                return
            key = text[position:equals]
            # What stands before without a value of its own is no part of this key.
            key = key[key.rfind(between) + len(between) :] if between in key else key
            value, position = _value(text, equals + len(inside))
            yield _unquoted(key.strip()), value

    def _unquoted(key: str) -> str:
        quoted = bool(quotes) and key[:1] == quotes[0] and key[-1:] == closing
        return key[1:-1] if quoted else key

    def _value(text: str, start: int) -> tuple[str, int]:
        if quotes and text[start : start + 1] == quotes[0]:
            return _quoted(text, start + 1)
        end = text.find(between, start)
        end = len(text) if end < 0 else end
        return text[start:end], end + len(between)

    def _quoted(text: str, start: int) -> tuple[str, int]:
        characters = []
        position = start
        while position < len(text):
            character = text[position]
            if escape and character == escape and position + 1 < len(text):
                characters.append(text[position + 1])
                position += 2
                continue
            if character == closing:
                break
            characters.append(character)
            position += 1
        end = text.find(between, position)
        return "".join(characters), len(text) if end < 0 else end + len(between)

    return pairs


HANDLERS: dict[str, OperatorHandler] = {
    "ParseOperator": _parse,
    "ParseWhereOperator": _parse,
    "ParseKvOperator": _parse_kv,
}
