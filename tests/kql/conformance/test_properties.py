"""What must hold for any rows: operators against the plain definition of what they do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.kql.environment import Environment, TableSchema
from generator.kql_evaluator.compile import CompiledQuery, compile_query
from generator.kql_evaluator.table import Column, Table
from generator.kql_service.service import KqlService

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
COLUMNS = (Column("Key", "string"), Column("Number", "long"))
ENVIRONMENT = Environment(
    {
        name: TableSchema(name, tuple((column.name, column.type) for column in COLUMNS))
        for name in ("A", "B")
    }
)
Rows = list[tuple[str, int | None]]
ROWS = st.lists(
    st.tuples(st.sampled_from(["", "a", "b", "B"]), st.none() | st.integers(-3, 3)), max_size=12
)
COMPILING = settings(max_examples=50)
"""The first example of a query compiles it, which takes as long as the machine is busy."""

KINDS = {
    "inner": (True, False, False),
    "leftouter": (True, True, False),
    "rightouter": (True, False, True),
    "fullouter": (True, True, True),
    "leftanti": (False, True, False),
    "rightanti": (False, False, True),
}
"""Whether a kind of join gives pairs, left rows without a partner, right rows without one."""


@cache
def compiled(query: str) -> CompiledQuery:
    return compile_query(KqlService(ENVIRONMENT).syntax_tree(query), ENVIRONMENT)


def run(query: str, a: Rows, b: Rows | None = None) -> tuple[tuple[Any, ...], ...]:
    tables = {"A": Table(COLUMNS, tuple(a)), "B": Table(COLUMNS, tuple(b or ()))}
    return compiled(query).run(tables, NOW).table.rows


@COMPILING
@given(ROWS)
def test_counting_what_a_filter_keeps_is_counting_where_it_holds(rows: Rows) -> None:
    kept = run("A | where Number > 0 | count", rows)
    assert kept == run("A | summarize Count = countif(Number > 0)", rows)
    assert kept == ((sum(number is not None and number > 0 for _, number in rows),),)


@COMPILING
@given(ROWS)
def test_a_filter_and_its_denial_lose_only_the_rows_where_it_is_unknown(rows: Rows) -> None:
    kept = run("A | where Number > 0", rows) + run("A | where not(Number > 0)", rows)
    assert Counter(kept) == Counter(row for row in rows if row[1] is not None)


@COMPILING
@given(ROWS)
def test_filters_one_after_the_other_are_one_filter_with_and(rows: Rows) -> None:
    assert run('A | where Key =~ "b" | where Number >= 0', rows) == run(
        'A | where Key =~ "b" and Number >= 0', rows
    )


@pytest.mark.parametrize("kind", KINDS)
@COMPILING
@given(left=ROWS, right=ROWS)
def test_join_is_its_definition_row_by_row(kind: str, left: Rows, right: Rows) -> None:
    pairs, left_alone, right_alone = KINDS[kind]
    expected: list[tuple[Any, ...]] = []
    if pairs:
        expected += [mine + other for mine in left for other in right if mine[0] == other[0]]
    for row in left if left_alone else ():
        if row[0] not in {key for key, _ in right}:
            expected.append((*row, "", None) if pairs else row)
    for row in right if right_alone else ():
        if row[0] not in {key for key, _ in left}:
            expected.append(("", None, *row) if pairs else row)
    assert Counter(run(f"A | join kind={kind} B on Key", left, right)) == Counter(expected)


@COMPILING
@given(left=ROWS, right=ROWS)
def test_innerunique_is_inner_with_the_first_left_row_of_each_key(left: Rows, right: Rows) -> None:
    first = list({row[0]: row for row in reversed(left)}.values())
    assert Counter(run("A | join B on Key", left, right)) == Counter(
        run("A | join kind=inner B on Key", first, right)
    )


@COMPILING
@given(left=ROWS, right=ROWS)
def test_semi_and_anti_join_divide_a_table(left: Rows, right: Rows) -> None:
    semi = run("A | join kind=leftsemi B on Key", left, right)
    anti = run("A | join kind=leftanti B on Key", left, right)
    assert Counter(semi + anti) == Counter(left)
    assert semi == run("A | where Key in (B)", left, right)


@COMPILING
@given(a=ROWS, b=ROWS)
def test_a_union_has_the_rows_of_its_parts(a: Rows, b: Rows) -> None:
    assert run("union A, B", a, b) == (*a, *b)
    assert run("union A, B | count", a, b) == ((len(a) + len(b),),)


@COMPILING
@given(ROWS)
def test_sorting_keeps_the_order_of_equal_keys_and_puts_nulls_at_their_end(rows: Rows) -> None:
    def key(row: tuple[str, int | None]) -> tuple[bool, int]:
        return (row[1] is not None, row[1] or 0)

    assert run("A | sort by Number asc", rows) == tuple(sorted(rows, key=key))
    descending = sorted(rows, key=lambda row: (row[1] is None, -(row[1] or 0)))
    assert run("A | sort by Number desc", rows) == tuple(descending)


@COMPILING
@given(ROWS)
def test_top_is_sort_and_take(rows: Rows) -> None:
    assert run("A | top 3 by Number", rows) == run("A | sort by Number | take 3", rows)
    assert len(run("A | take 3", rows)) == min(3, len(rows))


@COMPILING
@given(ROWS)
def test_groups_add_up_to_the_whole(rows: Rows) -> None:
    groups = run("A | summarize n = count(), s = sum(Number) by Key", rows)
    assert sum(row[1] for row in groups) == len(rows)
    assert [row[0] for row in groups] == list(dict.fromkeys(key for key, _ in rows))
    assert sum(row[2] or 0 for row in groups) == sum(number or 0 for _, number in rows)


@COMPILING
@given(ROWS)
def test_distinct_counts_agree(rows: Rows) -> None:
    distinct = run("A | distinct Key | count", rows)
    assert distinct == run("A | summarize Count = dcount(Key)", rows)
    assert distinct == run("A | summarize Count = array_length(make_set(Key))", rows)


@COMPILING
@given(ROWS)
def test_expanding_a_list_gives_back_what_was_collected(rows: Rows) -> None:
    values: Sequence[tuple[Any, ...]] = run(
        "A | summarize Number = make_list(Number) | mv-expand Number to typeof(long)", rows
    )
    assert [row[0] for row in values] == [number for _, number in rows if number is not None]


@COMPILING
@given(ROWS)
def test_arg_max_is_the_first_row_of_the_greatest_number(rows: Rows) -> None:
    numbers = [row for row in rows if row[1] is not None]
    found = run("A | where isnotnull(Number) | summarize arg_max(Number, Key)", rows)
    assert found[0][0] == max((row[1] for row in numbers if row[1] is not None), default=None)
    if numbers:
        assert (found[0][1], found[0][0]) in numbers
