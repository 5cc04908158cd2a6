from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from generator.detection_tests.window import NRT_WINDOW, window_of, within_window
from generator.kinds.analytic_rule.model import RuleKind
from generator.kinds.analytic_rule.query import query_of
from generator.kql_evaluator.table import Column, Table
from generator.kql_evaluator.values import from_python_datetime
from tests.detection_tests.rules import rule

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
COLUMNS = (Column("TimeGenerated", "datetime"),)


@given(st.lists(st.integers(-8000, 100)), st.integers(1, 7200))
def test_the_window_ends_at_now_and_leaves_its_beginning_out(
    seconds: list[int], length: int
) -> None:
    rows = tuple((from_python_datetime(NOW + timedelta(seconds=one)),) for one in seconds)
    seen = within_window({"T": Table(COLUMNS, rows)}, NOW, timedelta(seconds=length))
    kept = [one for one in seconds if -length < one <= 0]
    assert len(seen.tables["T"].rows) == len(kept)
    assert seen.left_out.get("T", 0) == len(seconds) - len(kept)


def test_an_event_without_a_time_is_in_no_window() -> None:
    seen = within_window({"T": Table(COLUMNS, ((None,),))}, NOW, timedelta(hours=1))
    assert seen.left_out == {"T": 1}


def test_a_table_without_times_is_kept_whole() -> None:
    table = Table((Column("Name", "string"),), (("a",),))
    assert within_window({"T": table}, NOW, timedelta(hours=1)).tables["T"] == table


def test_an_nrt_rule_looks_at_one_minute_and_others_at_their_period() -> None:
    assert window_of(query_of(rule(kind=RuleKind.NRT), {})) == NRT_WINDOW == timedelta(minutes=1)
    assert window_of(query_of(rule(), {})) == timedelta(hours=2)


@given(st.lists(st.tuples(st.integers(-200, 20), st.none() | st.integers(-200, 20))))
def test_by_ingestion_an_event_counts_when_it_was_received(
    seconds: list[tuple[int, int | None]],
) -> None:
    columns = (*COLUMNS, Column("_TimeReceived", "datetime"))
    rows = tuple(
        tuple(
            None if one is None else from_python_datetime(NOW + timedelta(seconds=one))
            for one in times
        )
        for times in seconds
    )
    tables = {"T": Table(columns, rows)}
    seen = within_window(tables, NOW, NRT_WINDOW, by_ingestion=True)
    received = [made if taken is None else taken for made, taken in seconds]
    assert len(seen.tables["T"].rows) == sum(-60 < one <= 0 for one in received)
