from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from generator.detection_tests.event_files import EventFileError
from generator.detection_tests.exported_tables import read_table, shown_column_type
from generator.kql.schemas.builtin import builtin_environment

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "kql_type"),
    [
        (["5", "-3", ""], "long"),
        (["5", "5.5"], "real"),
        (["007"], "string"),
        (["true", "False"], "bool"),
        (["2026-01-15T12:00:00Z", "1/15/2026, 1:00:00.000 PM"], "datetime"),
        (["00:05:00", "1.02:03:04.5"], "timespan"),
        (['{"a": 1}', "[]"], "dynamic"),
        (["{broken"], "string"),
        (["5", "five"], "string"),
        (["", None], "string"),
        ([1, 2], "long"),
        ([1, 2.5], "real"),
        ([1, "x"], "dynamic"),
        ([{"a": 1}, None], "dynamic"),
    ],
)
def test_a_column_has_the_type_that_all_of_its_values_show(
    values: list[Any], kql_type: str
) -> None:
    assert shown_column_type(values) == kql_type


def test_declared_columns_keep_their_types_and_others_show_theirs(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("ResultType,NotListed\n0,7\n", "utf-8")
    exported = read_table("SigninLogs", path, builtin_environment(), NOW)
    types = dict(exported.schema.columns)
    assert (types["ResultType"], types["NotListed"]) == ("string", "long")


def test_a_value_that_is_not_of_its_declared_type_says_where(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("TimeGenerated\n2026-01-15T12:00:00Z\nsoon\n", "utf-8")
    with pytest.raises(EventFileError, match="TimeGenerated") as raised:
        read_table("SigninLogs", path, builtin_environment(), NOW)
    assert raised.value.place is not None
    assert raised.value.place.line == 3
