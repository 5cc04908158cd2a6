"""The one reader of every file that people write for us: strict, with a place for every problem.

Strict YAML first, then the file's schema; all problems at once. What a value means, and whether it
fits to other files, is judged by who reads the document, and stands beside these problems. How a
file gets from the disk is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from generator.findings import DocumentPath, InDocument, InFile, InText, Problem
from generator.text.positions import resolve
from generator.text.safe_text import visible
from generator.text.schema import Schema, schema_problems, without_nulls
from generator.text.source_text import SourceText
from generator.text.yaml_text import around_unusable, load_yaml, loads_to_nothing


def _as_read(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class DocumentFormat:
    """What a kind of file may hold.

    `schema_for` gives the schema for a document, which may be chosen by what the document looks
    like. `empty` is what a file of nothing but comments means; None makes that a problem. `code`
    takes the place of the general codes of a schema's problems. `as_meant` puts back what YAML
    reads otherwise than the format means it, such as `off`. With `keys_as_written` a key such as
    `on` is that word; with `on_and_off` a value may be one of these words. With `null_is_absent` a
    known key without a value is as if it were not there. With `partly` a value that YAML cannot
    give, such as one under a repeated key, is UNUSABLE, and the rest of the document is looked at.
    """

    schema_for: Callable[[Any], Schema]
    empty: Any = None
    code: str | None = None
    as_meant: Callable[[Any], Any] = _as_read
    keys_as_written: bool = False
    on_and_off: bool = False
    null_is_absent: bool = False
    partly: bool = False


@dataclass(frozen=True, slots=True)
class StrictDocument:
    """What a file holds and what is wrong with it.

    `value` is None where the text is no YAML. Where only its shape is wrong it is there, so that
    more can be said about the rest; `is_sound` tells whether a part of it has the right shape.
    """

    source: SourceText
    value: Any
    problems: tuple[Problem, ...]

    def is_sound(self, *path: str | int) -> bool:
        """Tell whether no problem stands at a path, above it, or below it."""
        return not any(_touch(path, problem) for problem in self.problems)


def read_document(source: SourceText, format_: DocumentFormat) -> StrictDocument:
    """Read a file strictly; nothing is raised for what it holds."""
    if format_.empty is not None and loads_to_nothing(source):
        return StrictDocument(source, format_.empty, ())
    loaded = load_yaml(
        source, keys_as_written=format_.keys_as_written, on_and_off=format_.on_and_off
    )
    if loaded.problems and (loaded.value is None or not format_.partly):
        return StrictDocument(source, None, loaded.problems)
    value = format_.as_meant(loaded.value)
    schema = format_.schema_for(value)
    if format_.null_is_absent and loaded.holds_null:
        value = without_nulls(value, schema.definition)
    problems = around_unusable(value, schema_problems(value, schema))
    if format_.code is not None:
        problems = tuple(replace(problem, code=format_.code) for problem in problems)
    return StrictDocument(source, value, (*loaded.problems, *problems))


def located(source: SourceText, problem: Problem) -> InFile:
    """Return where a problem of a document stands in its file."""
    place = problem.place
    if isinstance(place, InDocument | InText):
        return resolve(source, place)
    return place if isinstance(place, InFile) else InFile(source.file)


def as_lines(source: SourceText, problems: Iterable[Problem]) -> list[str]:
    """Return problems as lines that begin with file, line and column, in the order of the file."""
    placed = [(located(source, problem), problem) for problem in problems]
    placed.sort(key=lambda entry: (entry[0].line, entry[0].column))
    return [as_line(place, problem) for place, problem in placed]


def as_line(place: InFile, problem: Problem) -> str:
    """Return a problem as one line for people: where, what, and what to do."""
    help_ = f" ({problem.help})" if problem.help else ""
    return visible(f"{place.file}:{place.line}:{place.column}: {problem.message}{help_}")


def _touch(path: DocumentPath, problem: Problem) -> bool:
    place = problem.place
    if not isinstance(place, InDocument | InText):
        return True
    if isinstance(place, InDocument) and place.part == "key" and len(place.path) != len(path):
        return False  # an unknown key, or a missing one, makes nothing of its neighbours wrong
    length = min(len(path), len(place.path))
    return place.path[:length] == path[:length]
