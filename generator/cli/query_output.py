"""What queries returned, as a table, JSON, JSON lines or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from generator.detection_tests.json_values import json_value
from generator.kql_evaluator.formats import json_text
from generator.kql_evaluator.table import Table
from generator.kql_evaluator.values import Value
from generator.text.safe_text import cell_width, visible


@dataclass(frozen=True, slots=True)
class QueryError:
    """Why a query has no result. `code` is the service's KSnnn when it does not bind.

    Otherwise it is `unsupported`, `evaluation` or `service`. Line and column are 1-based.
    """

    code: str
    message: str
    line: int
    column: int

    def __str__(self) -> str:
        return visible(f"{self.line}:{self.column}: {self.message} ({self.code})")


@dataclass(frozen=True, slots=True)
class Answer:
    """A query by its name and what came of it."""

    name: str
    outcome: Table | QueryError


def format_answers(answers: Sequence[Answer], form: str) -> str:
    """Write answers as `table`, `json`, `jsonl` or `csv`.

    `json` is one object for one query and a list of them for several. Errors are part of the JSON
    forms only.
    """
    if form == "jsonl":
        return "".join(json.dumps(_object(answer), ensure_ascii=False) + "\n" for answer in answers)
    if form == "json":
        objects = [_object(answer) for answer in answers]
        document = objects[0] if len(objects) == 1 else objects
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    write = _csv if form == "csv" else _table
    parts = []
    for answer in answers:
        if isinstance(answer.outcome, Table):
            title = f"{visible(answer.name)}\n" if len(answers) > 1 and form == "table" else ""
            parts.append(title + write(answer.outcome))
    return "\n".join(parts)


def _object(answer: Answer) -> dict[str, Any]:
    outcome = answer.outcome
    if isinstance(outcome, QueryError):
        error = {
            "code": outcome.code,
            "message": outcome.message,
            "line": outcome.line,
            "column": outcome.column,
        }
        return {"query": answer.name, "error": error}
    return {
        "query": answer.name,
        "columns": [{"name": column.name, "type": column.type} for column in outcome.columns],
        "rows": [[json_value(value) for value in row] for row in outcome.rows],
    }


def _cell(value: Value) -> str:
    if value is None:
        return ""
    plain = json_value(value)
    if isinstance(plain, str):
        return plain
    return json_text(value) if isinstance(plain, dict | list | bool) else str(plain)


def _csv(table: Table) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows([_cell(value) for value in row] for row in table.rows)
    return stream.getvalue()


_WIDEST = 80


def _table(table: Table) -> str:
    names = [visible(column.name) for column in table.columns]
    rows = [[_shortened(visible(_cell(value))) for value in row] for row in table.rows]
    widths = [max(map(_width, column)) for column in zip(names, *rows, strict=True)]
    lines = [_line(names, widths), _line(["-" * width for width in widths], widths)]
    lines += [_line(row, widths) for row in rows]
    number = len(table.rows)
    return "\n".join([*lines, f"({number} row{'' if number == 1 else 's'})"]) + "\n"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)
    )
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(map(cell_width, text))


def _shortened(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
