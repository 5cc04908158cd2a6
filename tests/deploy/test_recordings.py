"""The normaliser against what the live service was recorded to answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.kinds.analytic_rule.shape import SHAPE

RECORDINGS = sorted((Path(__file__).parent / "fixtures" / "recordings").glob("*.json"))


@pytest.fixture(params=RECORDINGS, ids=lambda path: path.stem)
def recording(request: pytest.FixtureRequest) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(request.param.read_text("utf-8"))
    return document


def test_a_rule_as_it_comes_back_is_the_rule_that_was_sent(recording: dict[str, Any]) -> None:
    assert SHAPE.changes(recording["returned"], recording["sent"]) == ()
    assert SHAPE.same(recording["returned"], recording["sent"])


def test_sending_it_again_sends_no_read_only_member(recording: dict[str, Any]) -> None:
    sent_again = SHAPE.merged(recording["returned"], recording["sent"])
    assert set(sent_again) == {"kind", "properties"}
    assert "lastModifiedUtc" not in sent_again["properties"]
    assert SHAPE.changes(sent_again, recording["sent"]) == ()


def test_only_a_new_etag_and_time_leave_a_rule_unmoved(recording: dict[str, Any]) -> None:
    returned = recording["returned"]
    touched = {
        **returned,
        "etag": '"other"',
        "properties": {**returned["properties"], "lastModifiedUtc": "2026-04-01T00:00:00.0000000Z"},
    }
    assert SHAPE.unmoved(returned, touched)
