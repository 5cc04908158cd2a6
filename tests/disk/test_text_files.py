from __future__ import annotations

import os
from pathlib import Path

import pytest

from generator.disk import text_files
from generator.disk.text_files import MAX_FILE_BYTES, byte_order_mark_notes, read_source
from generator.findings import InFile, Problem
from generator.text.source_text import SourceText
from generator.text.yaml_text import load_yaml


def problem_of(data: bytes, folder: Path) -> Problem:
    file = folder / "a.yaml"
    file.write_bytes(data)
    found = read_source(file, "a.yaml")
    assert isinstance(found, Problem)
    return found


def test_line_endings_are_read_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"a: 1\r\nb: 2\r")
    assert read_source(tmp_path / "a.yaml", "a.yaml") == SourceText("a.yaml", "a: 1\r\nb: 2\r")


@pytest.mark.parametrize(
    ("data", "code", "line", "column"),
    [
        ("a: 1\n".encode("utf-16"), "SG004", 1, 1),
        (b"a: 1\r\nb: \xe9\n", "SG004", 2, 4),
        (b"a: \xf0\x9f\x98", "SG004", 1, 4),
        (b"a: \xed\xa0\x80", "SG004", 1, 4),
    ],
    ids=["utf-16", "latin-1", "cut-off", "surrogate"],
)
def test_other_encodings_are_refused_at_the_first_wrong_byte(
    data: bytes, code: str, line: int, column: int, tmp_path: Path
) -> None:
    problem = problem_of(data, tmp_path)
    assert problem.code == code
    assert isinstance(problem.place, InFile)
    assert (problem.place.line, problem.place.column) == (line, column)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    source = read_source(tmp_path / "a.yaml", "a.yaml")
    assert isinstance(source, SourceText)
    assert source.text == "a: 1\n"
    (note,) = byte_order_mark_notes(source)
    assert (note.code, note.place) == ("SG005", InFile("a.yaml"))


def test_positions_behind_a_byte_order_mark_count_without_it(tmp_path: Path) -> None:
    problem = problem_of(b"\xef\xbb\xbfa: \xe9\n", tmp_path)
    assert problem.place == InFile("a.yaml", 1, 4)


@pytest.mark.parametrize("text", ["a: 1\na: 2\n", "a: [\n", "- &a 1\n- *b\n", "a:\n\tb: 1\n"])
def test_a_byte_order_mark_moves_no_problem(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    source = read_source(tmp_path / "a.yaml", "a.yaml")
    assert isinstance(source, SourceText)
    assert load_yaml(source) == load_yaml(SourceText("a.yaml", text))


def test_a_second_byte_order_mark_is_an_error_and_not_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbf\xef\xbb\xbfa: 1\n")
    source = read_source(tmp_path / "a.yaml", "a.yaml")
    assert isinstance(source, SourceText)
    (problem,) = load_yaml(source).problems
    assert (problem.code, problem.place) == ("SG014", InFile("a.yaml", 1, 1, 1, 2))


def test_a_file_of_fifty_megabytes_is_refused_without_reading_it(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    with file.open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    found = read_source(file, "a.yaml")
    assert isinstance(found, Problem)
    assert found.code == "SG003"


def test_the_largest_size_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"#" * MAX_FILE_BYTES)
    assert isinstance(read_source(tmp_path / "a.yaml", "a.yaml"), SourceText)


def test_an_absent_file_is_a_problem(tmp_path: Path) -> None:
    found = read_source(tmp_path / "absent.yaml", "absent.yaml")
    assert isinstance(found, Problem)
    assert found.code == "SG001"


def test_a_file_without_rights_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> int:
        raise PermissionError(13, "Permission denied")

    # Rights do not stop an administrator, so the refusal itself is staged.
    monkeypatch.setattr(text_files.os, "open", refuse)
    problem = problem_of(b"a: 1\n", tmp_path)
    assert (problem.code, "Permission denied" in problem.message) == ("SG001", True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yaml")
    found = read_source(tmp_path / "a.yaml", "a.yaml")
    assert isinstance(found, Problem)
    assert found.code == "SG001"
