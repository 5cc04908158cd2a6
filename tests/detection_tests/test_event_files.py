from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.detection_tests.event_files import EventFileError, parse_events, read_events
from generator.detection_tests.events import typed_events
from generator.detection_tests.exported_tables import read_table
from generator.detection_tests.load import load_suite
from generator.findings import InFile
from generator.kql.schemas.builtin import builtin_environment
from generator.kql_evaluator.table import Table
from generator.text.source_text import SourceText

FIXTURES = Path(__file__).parent / "fixtures"
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


def signins_of(file: str) -> Table:
    text = f"tests: [{{name: a, tables: {{SigninLogs: {{file: {file}}}}}, expect: {{alerts: 0}}}}]"
    suite, problems = load_suite(SourceText("exports/a.tests.yaml", text), "exports/a")
    assert not problems
    assert suite is not None
    typed = typed_events(suite.source, suite.tests[0], builtin_environment(), FIXTURES)
    assert typed.problems == ()
    return typed.tables["SigninLogs"]


@pytest.mark.parametrize("file", ["portal.csv", "az.json", "api.json", "lines.jsonl"])
def test_every_form_of_export_gives_the_same_events(file: str) -> None:
    rows = [
        {column.name: value for column, value in zip(table.columns, row, strict=True)}
        for table in [signins_of(file)]
        for row in table.rows
    ]
    shown = [
        {name: row[name] for name in ("ResultType", "UserPrincipalName", "IsRisky", "DeviceDetail")}
        for row in rows
    ]
    assert shown == [
        {
            "ResultType": "0",
            "UserPrincipalName": "ana@contoso.example",
            "IsRisky": False,
            "DeviceDetail": {"operatingSystem": "Windows", "isCompliant": False},
        },
        {
            "ResultType": "50126",
            "UserPrincipalName": "ben, the second\nline",
            "IsRisky": None,
            "DeviceDetail": None,
        },
    ]
    ten_minutes = 10 * 60 * 10_000_000
    assert rows[1]["TimeGenerated"] - rows[0]["TimeGenerated"] == ten_minutes


@pytest.mark.parametrize(
    ("file", "message", "line"),
    [
        ("local-time.csv", "time zone UTC", 1),
        ("short-line.csv", "1 values for 2 columns", 3),
        ("twice.csv", "TimeGenerated stands here twice", 1),
        ("no-object.json", "an object of columns", 1),
    ],
)
def test_an_export_that_cannot_be_used_says_why_and_where(
    file: str, message: str, line: int
) -> None:
    with pytest.raises(EventFileError, match=message) as raised:
        read_events(FIXTURES, Path("exports"), file)
    assert isinstance(raised.value.place, InFile)
    assert raised.value.place.line == line


@pytest.mark.parametrize(
    "name", ["../../test_cells.py", "/etc/hostname", "missing.csv", ".", "a\0b"]
)
def test_files_stay_inside_of_the_repository(name: str) -> None:
    with pytest.raises(EventFileError):
        read_events(FIXTURES, Path("exports"), name)


def test_a_link_out_of_the_repository_is_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "content"
    root.mkdir()
    (tmp_path / "secret.csv").write_text("a\n1\n", "utf-8")
    (root / "events.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(EventFileError, match="outside"):
        read_events(root, Path(), "events.csv")


@given(st.text(max_size=200))
def test_hostile_text_gives_events_or_an_error(text: str) -> None:
    with suppress(EventFileError):
        parse_events(text, "events")


@pytest.mark.parametrize("start", [r'{"User": "a\ud83d\ude00"}', '[{"User": "a"}]'])
def test_whole_characters_written_as_escapes_are_text(start: str) -> None:
    assert len(parse_events(start, "events.json")) == 1


@pytest.mark.parametrize(
    "event", [r'{"User": "a\ud800"}', r'{"User": {"Name": ["\uDFFFb"]}}', r'{"Us\ud800er": 1}']
)
def test_half_of_a_character_is_refused_at_its_line(event: str) -> None:
    with pytest.raises(EventFileError, match="surrogate") as caught:
        parse_events(f'{{"User": "b"}}\n{event}\n', "events.jsonl")
    assert caught.value.place == InFile("events.jsonl", 2)


def test_deep_nesting_is_an_error() -> None:
    with pytest.raises(EventFileError):
        parse_events("[" * 100_000, "events")


@pytest.mark.parametrize("levels", [150, 900, 5000])
@pytest.mark.parametrize("bracket", ["[]", "{}"])
def test_a_line_that_nests_too_deeply_is_named(levels: int, bracket: str) -> None:
    opening, closing = ("[", "]") if bracket == "[]" else ('{"k":', "}")
    deep = opening * levels + "1" + closing * levels
    with pytest.raises(EventFileError, match="lists and objects inside each other") as caught:
        parse_events(f'{{"a":1}}\n{{"a":{deep}}}\n', "deep.jsonl")
    assert caught.value.place == InFile("deep.jsonl", 2)


def test_text_that_is_json_and_nests_too_deeply_is_named(tmp_path: Path) -> None:
    deep = "[" * 900 + "]" * 900
    (tmp_path / "deep.csv").write_text(f'A\n"[]"\n"{deep}"\n', encoding="utf-8")
    with pytest.raises(EventFileError, match="lists and bags inside each other") as caught:
        read_table("Events_CL", tmp_path / "deep.csv", builtin_environment(), NOW)
    assert caught.value.place is not None
    assert caught.value.place.line == 3


def test_an_event_with_ever_new_columns_is_refused_where_they_become_too_many() -> None:
    lines = "\n".join(f'{{"Column{number}": 1}}' for number in range(1200))
    with pytest.raises(EventFileError, match=r"lines\.jsonl has more than 1,000 columns") as caught:
        parse_events(lines, "lines.jsonl")
    assert caught.value.place == InFile("lines.jsonl", 1001)
