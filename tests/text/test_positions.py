from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generator.findings import DocumentPath, InDocument, InFile, InText
from generator.text.lines import line_and_column
from generator.text.positions import resolve, resolve_offsets
from generator.text.source_text import SourceText
from generator.text.yaml_text import load_yaml

DOCUMENT = """\
# a comment
id: 1
name: &name a name
lists:
  - x: 1
    y: [a, {z: 2}]

  # between
  - x: 3
alias: *name
base: &base {p: 1}
own:
  <<: *base
  q: 2
"""


def at(text: str, place: InDocument | InText) -> str:
    """Return what a place covers in the text, lines joined by LF."""
    found = resolve(SourceText("a.yaml", text), place)
    lines = re.split("\r\n|\n|\r", text)
    assert found.end_line is not None
    assert found.end_column is not None
    rows = lines[found.line - 1 : found.end_line]
    rows[-1] = rows[-1][: found.end_column - 1]
    rows[0] = rows[0][found.column - 1 :]
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("path", "part", "covered"),
    [
        (("id",), "key", "id"),
        (("id",), "value", "1"),
        (("name",), "value", "&name a name"),
        (("alias",), "value", "&name a name"),
        (("lists",), "key", "lists"),
        (("lists", 0), "value", "x: 1\n    y: [a, {z: 2}]"),
        (("lists", 0, "y"), "value", "[a, {z: 2}]"),
        (("lists", 0, "y", 1, "z"), "key", "z"),
        (("lists", 1), "key", "x: 3"),
        (("own", "q"), "value", "2"),
        (("own", "p"), "key", "p"),
        ((), "key", "id"),
    ],
)
def test_keys_and_values_are_found(path: DocumentPath, part: str, covered: str) -> None:
    assert at(DOCUMENT, InDocument(path, "key" if part == "key" else "value")) == covered


@pytest.mark.parametrize(
    ("path", "covered"),
    [
        (("missing",), "id"),
        (("own", "missing", "deeper"), "own"),
        (("lists", 7), "lists"),
        (("lists", 0, "missing"), "x: 1\n    y: [a, {z: 2}]"),
        (("id", "below a number"), "id"),
    ],
)
def test_what_is_missing_stands_at_the_nearest_key_above(path: DocumentPath, covered: str) -> None:
    assert at(DOCUMENT, InDocument(path)) == covered


@pytest.mark.parametrize("text", ["", "a: [", "[" * 500])
def test_a_file_that_is_no_yaml_answers_with_its_beginning(text: str) -> None:
    assert resolve(SourceText("a.yaml", text), InDocument(("a",))) == InFile("a.yaml")


TEXTS = st.text(alphabet="ab  \n'\"\\:#-é\t\U0001f600", max_size=40)
STYLES = st.sampled_from([None, "'", '"', "|", ">"])
BREAKS = st.sampled_from(["\n", "\r\n", "\r"])
# What a character of a value may look like in the file, where it is not itself.
SPELLINGS = {" ": r"\r\n|\n|\r|\\.*", "\n": r"\r\n|\r|\\n", "'": "''", "\t": r"\\t"}


def assert_every_character_is_found(text: str, path: DocumentPath) -> None:
    source = SourceText("a.yaml", text)
    value = load_yaml(source).value
    for step in path:
        value = value[step]
    line_starts = [0, *(match.end() for match in re.finditer("\r\n|\n|\r", text))]
    for offset, character in enumerate(value):
        place = resolve(source, InText(path, offset, offset + 1))
        start = line_starts[place.line - 1] + place.column - 1
        assert place.end_line is not None
        assert place.end_column is not None
        written = text[start : line_starts[place.end_line - 1] + place.end_column - 1]
        assert (
            written == character
            or written.startswith("\\")
            or (re.fullmatch(SPELLINGS.get(character, "(?!)"), written))
        ), (written, character)


@settings(max_examples=300)
@given(TEXTS, STYLES, st.integers(10, 60), st.sampled_from([2, 4]), BREAKS, st.booleans())
def test_every_character_that_yaml_wrote_is_found(
    value: str, style: str | None, width: int, indent: int, line_break: str, in_unicode: bool
) -> None:
    text = yaml.dump(
        {"a": [{"b": value}]},
        default_style=style,
        width=width,
        indent=indent,
        allow_unicode=in_unicode,
    ).replace("\n", line_break)
    assert_every_character_is_found(text, ("a", 0, "b"))


@settings(max_examples=300)
@given(
    TEXTS,
    st.sampled_from(["{}", "'{}'", '"{}"', "&anchor '{}'", '!!str "{}"', "&a # comment\n  {}"]),
    BREAKS,
)
def test_every_character_that_a_person_wrote_in_a_line_is_found(
    body: str, form: str, line_break: str
) -> None:
    text = "a: " + form.format(body.replace("\n", "\n   ")).replace("\n", line_break) + line_break
    loaded = load_yaml(SourceText("a.yaml", text))
    assume(not loaded.problems and isinstance(loaded.value, dict))
    assume(isinstance(loaded.value.get("a"), str))
    assert_every_character_is_found(text, ("a",))


@settings(max_examples=300)
@given(
    TEXTS,
    st.sampled_from("|>"),
    st.sampled_from(["", "-", "+", "2", "2-", "+2", " # comment", "4"]),
    st.integers(2, 6),
    st.sampled_from(["", "\n", "\n\n\n", "\n  \n", "\nb: 1\n"]),
    BREAKS,
)
def test_every_character_that_a_person_wrote_in_a_block_is_found(
    body: str, style: str, header: str, indentation: int, ending: str, line_break: str
) -> None:
    margin = " " * indentation
    text = f"a: {style}{header}\n{margin}" + body.replace("\n", f"\n{margin}") + ending
    text = text.replace("\n", line_break)
    loaded = load_yaml(SourceText("a.yaml", text))
    assume(not loaded.problems and isinstance(loaded.value, dict))
    assert_every_character_is_found(text, ("a",))


def test_a_range_of_a_query_is_found_at_its_line() -> None:
    text = "query: |\n  SigninLogs\n  | where X == 1\n"
    start = "SigninLogs\n| where X == 1\n".index("X")
    assert resolve(SourceText("a.yaml", text), InText(("query",), start, start + 1)) == InFile(
        "a.yaml", 3, 11, 3, 12
    )


def test_the_end_of_a_text_is_behind_its_last_character() -> None:
    assert resolve(SourceText("a.yaml", "a: 'xy'\n"), InText(("a",), 9, 9)) == InFile(
        "a.yaml", 1, 7, 1, 7
    )


def test_an_empty_block_answers_behind_its_header() -> None:
    found = resolve(SourceText("a.yaml", "a: |\nb: 1\n"), InText(("a",), 0, 0))
    assert (found.line, found.column) == (2, 1)


def test_a_text_place_in_something_else_covers_the_whole_of_it() -> None:
    assert at("a: [1, 2]\n", InText(("a",), 0, 1)) == "[1, 2]"


@given(st.text(alphabet="ab\n\U0001f600", max_size=20), st.integers(0, 20), st.integers(0, 20))
def test_offsets_of_a_plain_file_become_lines(text: str, start: int, end: int) -> None:
    found = resolve_offsets(SourceText("t.kql.j2", text), start, end)
    assert (found.line, found.column) == line_and_column(text, min(start, len(text)))
