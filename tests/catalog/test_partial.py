"""What is usable of a faulty detection can be read, and what is not raises when it is read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from generator.catalog.detection import SourceText
from generator.catalog.load import load_text
from generator.catalog.partial import (
    PartialDetection,
    PartialDocument,
    UnusablePartError,
    look_at,
)
from generator.findings import InDocument, Problem
from generator.kinds.analytic_rule.seat import SEAT

FAULTY = """\
id: 5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10
name: Sign-in from an unused country
severity: Medium
kind: Scheduled
queryFrequency: 1h
queryPeriod: 3 hours
triggerOperator: gt
triggerThreshold: 0
tactics: [InitialAccess, 5, Persistence]
query: SigninLogs
entityMapings: []
customDetails: {Country: 5, City: City}
"""


def partial_of(text: str) -> PartialDetection:
    loaded = load_text(SourceText("detections/area/a.yaml", text), "area/a", SEAT)
    assert loaded.detection is None
    assert loaded.partial is not None
    return loaded.partial


def test_what_stands_in_for_the_rest_conforms_to_the_schema() -> None:
    partial = partial_of(FAULTY)
    assert SEAT.schema.conforms(partial.salvaged.document)
    assert {hole.path for hole in partial.holes} == {
        ("queryPeriod",),
        ("tactics", 1),
        ("entityMappings",),
        ("customDetails", "Country"),
    }


def test_reading_what_is_not_usable_raises_and_the_rest_can_be_read() -> None:
    document = partial_of(FAULTY).without().detection.document
    assert document["queryFrequency"] == "1h"
    assert document["tactics"][0] == "InitialAccess"
    with pytest.raises(UnusablePartError):
        _ = document["queryPeriod"]
    with pytest.raises(UnusablePartError):
        _ = document["tactics"][1]
    with pytest.raises(UnusablePartError):
        document.get("entityMappings")
    with pytest.raises(UnusablePartError):
        list(document["tactics"])


def test_the_other_items_of_a_list_are_looked_at_and_stand_where_they_were_written() -> None:
    def look(document: PartialDocument) -> Iterator[Problem]:
        for index, tactic in enumerate(document.detection.document["tactics"]):
            yield Problem("SG201", tactic, InDocument(("tactics", index)))

    found = look_at(partial_of(FAULTY), look, most=50)
    assert [(one.message, one.place) for one in found] == [
        ("InitialAccess", InDocument(("tactics", 0))),
        ("Persistence", InDocument(("tactics", 2))),
    ]


def test_what_is_said_of_a_list_with_an_unusable_item_is_left_out() -> None:
    def look(_document: PartialDocument) -> Iterator[Problem]:
        yield Problem("SG201", "too few", InDocument(("tactics",)))

    assert look_at(partial_of(FAULTY), look, most=50) == []


@pytest.mark.parametrize(
    "text", ["- a list\n", "query: SigninLogs\nname: A hunting query\n", "text\n"]
)
def test_of_what_is_no_rule_at_all_nothing_is_looked_at(text: str) -> None:
    assert load_text(SourceText("detections/area/a.yaml", text), "area/a", SEAT).partial is None


def test_more_errors_than_are_listed_leave_nothing_to_look_at_and_one_line_says_so() -> None:
    text = FAULTY + "references: [" + ", ".join("5" for _ in range(200)) + "]\n"
    loaded = load_text(SourceText("detections/area/a.yaml", text), "area/a", SEAT)
    assert loaded.partial is None
    assert [one.message for one in loaded.problems if one.code == "SG045"] == [
        "nothing else was looked at, because of the errors in this file"
    ]
