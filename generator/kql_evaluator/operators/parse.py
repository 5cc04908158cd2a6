"""parse and parse-where: text taken apart into columns by a pattern.

The pattern's parts are made into one RE2 expression, so that hostile text costs linear time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from generator.kql.syntax import Node
from generator.kql_evaluator.budget import OverBudgetError
from generator.kql_evaluator.conversion import CONVERSIONS
from generator.kql_evaluator.errors import InvalidArgumentError, UnsupportedArgumentError
from generator.kql_evaluator.expressions.folding import converted
from generator.kql_evaluator.operators.items import unique
from generator.kql_evaluator.operators.parameters import parameter_text
from generator.kql_evaluator.operators.projection import mapped
from generator.kql_evaluator.patterns import compile_pattern, is_wrong_alone_only, pay_for
from generator.kql_evaluator.runtime import Relation, Run
from generator.kql_evaluator.scope import OperatorHandler, Scope, name_text, named_by_service
from generator.kql_evaluator.table import Column, Schema
from generator.kql_evaluator.values import Row, Value, null_of

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
class Extraction:
    """Columns to add or replace, and what a text gives them; None where it does not match.

    `steps` are what a letter of a long text takes, where it is gone through letter by letter.
    """

    columns: Schema
    read: Callable[[str], tuple[Value, ...] | None]
    steps: int = 0


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


_LONG = 256
"""Characters from which on a text that is parsed is paid for."""


def extracting(
    scope: Scope, node: Node, source: Relation, extraction: Extraction, *, only_matches: bool
) -> Relation:
    """Return the source with an extraction's columns, read from the operator's expression."""
    text = converted(scope.on_rows_of(source).scalar(node.child("Expression")), "string").evaluate
    computed, places = _placed(source, extraction.columns)
    columns = named_by_service(node, unique(computed))
    missing = tuple(null_of(column.type) for column in extraction.columns)
    room = [None] * (len(columns) - len(source.columns))

    def remap(rows: Sequence[Row], run: Run) -> Iterable[Row]:
        for row in rows:
            written = text(row, run)
            if len(written) > _LONG:
                # Each row gets texts of its own, even where all rows share the one that is read.
                run.budget.text(len(written))
                run.budget.read(written)
                run.budget.letters(extraction.steps, written)
            values = extraction.read(written)
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
            column = declared(item)
            parts.append(f"(?P<c{len(columns)}>{_capture(column.type, kind)})")
            columns.append(column)
        else:
            text = str(scope.without_rows().scalar(item).value)
            parts.append(f"(?:{text})" if kind == "regex" else re.escape(text))
    words = "".join(flag for flag in flags if flag in "imsU") if kind == "regex" else "s"
    pattern = compiled(
        scope, node, f"(?{words})^{''.join(parts)}$" if words else f"^{''.join(parts)}$"
    )
    extraction = Extraction(tuple(columns), _reader(pattern, columns, relaxed=kind == "relaxed"))
    only_matches = node.kind == "ParseWhereOperator"
    return extracting(scope, node, source, extraction, only_matches=only_matches)


def declared(item: Node) -> Column:
    """Return the column that a pattern's `name` or `name:type` declares."""
    if item.kind == "NameDeclaration":
        return Column(name_text(item), "string")
    kql_type = item.child("Type")
    spelled = kql_type.symbol.name if kql_type.symbol is not None else name_text(kql_type)
    return Column(name_text(item.child("Name")), spelled)


def _capture(kql_type: str, kind: str) -> str:
    if kind == "regex" and kql_type not in _CAPTURES:
        # Greedy unless flags=U turns it around (KQL reference, parse in regex mode).
        return ".*"
    strict = _CAPTURES.get(kql_type, ".*?")
    # Relaxed: a value of the wrong type is taken as well and becomes null.
    return f"{strict}|.*?" if kind == "relaxed" and strict != ".*?" else strict


def compiled(scope: Scope, node: Node, pattern: str) -> Any:
    """Compile a pattern of the query; one that cannot be used is an error at its operator."""
    try:
        pay_for(scope.compilation.effort.budget, pattern)
        return compile_pattern(pattern)
    except InvalidArgumentError as error:
        if node.kind in HANDLERS and is_wrong_alone_only(str(error)):
            raise scope.unsupported(node, reason=str(error)) from None
        raise scope.failure(node, str(error)) from None
    except UnsupportedArgumentError as error:
        raise scope.unsupported(node, reason=str(error)) from None
    except OverBudgetError as error:
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


HANDLERS: dict[str, OperatorHandler] = {
    "ParseOperator": _parse,
    "ParseWhereOperator": _parse,
}
