"""The list of what works is made from the code that works."""

from __future__ import annotations

from generator.kql_evaluator.coverage import groups, keyword

OPERATORS_OF_THE_PRODUCT = {
    "where", "project", "project-away", "project-rename", "project-reorder", "project-keep",
    "project-by-names", "extend", "summarize", "distinct", "join", "lookup", "union", "mv-expand",
    "mv-apply", "parse", "parse-where", "parse-kv", "top", "take", "sort", "count", "serialize",
    "make-series", "evaluate", "getschema", "as", "invoke",
}  # fmt: skip


def test_the_promised_operators_are_listed() -> None:
    by_title = {group.title: group.names for group in groups()}
    assert set(by_title["Tabular operators"]) >= OPERATORS_OF_THE_PRODUCT
    assert {"datatable", "print", "range", "externaldata"} <= set(by_title["Sources"])


def test_operators_are_listed_under_their_keywords() -> None:
    assert keyword("ProjectAwayOperator") == "project-away"
    assert keyword("FilterOperator") == "where"


def test_names_are_sorted_and_listed_once_in_their_group() -> None:
    for group in groups():
        assert list(group.names) == sorted(set(group.names))
