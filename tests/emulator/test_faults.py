"""Faults on demand: what they do over a real socket, and that they are counted and repeatable."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.emulator import launch
from generator.emulator.fault_file import FaultFileError, load_faults
from generator.emulator.faults import Fault, FaultSchedule
from generator.emulator.front_door import FrontDoor
from tests.emulator.conftest import FIXTURES, PlainClient, rule_fixture

Start = Callable[[str], PlainClient]
WRONG = yaml.safe_load((FIXTURES / "wrong_faults.yaml").read_text("utf-8"))


def _counts(client: PlainClient) -> dict[str, int]:
    counts: dict[str, int] = client.send("GET", "/_emulator/requests").document["requests"]
    return counts


def _fired(client: PlainClient) -> list[int]:
    faults: list[dict[str, Any]] = client.send("GET", "/_emulator/faults").document["faults"]
    return [fault["fired"] for fault in faults]


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case["says"])
def test_a_wrong_faults_file_is_refused_and_says_why(tmp_path: Path, case: dict[str, str]) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text(case["text"], "utf-8")
    with pytest.raises(FaultFileError) as error:
        load_faults(path)
    assert case["says"] in str(error.value)
    assert str(path) in str(error.value)


def test_a_missing_faults_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FaultFileError, match="No such file"):
        load_faults(tmp_path / "none.yaml")


def test_status_breaks_the_first_requests_that_match_and_no_others(faulty: Start) -> None:
    client = faulty("- {on: 'PUT */alertRules/broken*', times: 2, status: 503}\n")
    rule = rule_fixture("scheduled_rule")
    assert client.rule("PUT", "whole", rule).status == 201
    assert [client.rule("PUT", "broken", rule).status for _ in range(3)] == [503, 503, 201]
    assert _fired(client) == [2]
    assert _counts(client) == {"PUT 201": 2, "PUT 503": 2}


def test_status_429_comes_with_retry_after(faulty: Start) -> None:
    client = faulty("- {on: 'GET *', times: 1, status: 429}\n")
    assert client.rule("GET", "BuiltInFusion").headers["retry-after"] == "1"


def test_status_409_says_recently_deleted_of_a_new_rule_and_newer_of_an_old_one(
    faulty: Start,
) -> None:
    client = faulty("- {on: 'PUT */new', status: 409}\n- {on: 'PUT */BuiltIn*', status: 409}\n")
    rule = rule_fixture("scheduled_rule")
    assert client.rule("GET", "BuiltInFusion").status == 200
    new = client.rule("PUT", "new", rule).document["error"]
    old = client.rule("PUT", "BuiltInFusion", rule).document["error"]
    assert (new["code"], old["code"]) == ("Conflict", "Conflict")
    assert "recently deleted" in new["message"]
    assert "Etag does not match" in old["message"]


def test_drop_before_writes_nothing(faulty: Start) -> None:
    client = faulty("- {on: 'PUT *', times: 1, drop: before}\n")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        client.rule("PUT", "r", rule_fixture("scheduled_rule"))
    assert client.rule("GET", "r").status == 404
    assert _counts(client)["PUT dropped"] == 1


def test_drop_after_commits_and_loses_the_answer(faulty: Start) -> None:
    client = faulty("- {on: 'PUT *', times: 1, drop: after}\n")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        client.rule("PUT", "r", rule_fixture("scheduled_rule"))
    assert client.rule("GET", "r").status == 200
    assert _counts(client)["answers lost after a commit"] == 1


def test_latency_delays_and_then_answers(faulty: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(launch, "FrontDoor", partial(FrontDoor, sleep=slept.append))
    client = faulty("- {on: 'GET *', times: 1, latencyMs: 80}\n- {on: 'GET *', status: 500}\n")
    assert client.rule("GET", "BuiltInFusion").status == 500
    assert slept == [0.08]


def test_stale_list_shows_the_state_before_the_last_write(faulty: Start) -> None:
    client = faulty("- {on: 'GET *', times: 4, staleList: true}\n")
    fresh = client.list()
    assert _fired(client) == [0]
    rule = rule_fixture("scheduled_rule")
    created = client.rule("PUT", "r", rule).document
    assert client.list() == fresh
    assert client.rule("GET", "r").status == 404
    client.rule("PUT", "r", rule)
    assert client.list() == [*fresh, created]
    client.rule("DELETE", "r")
    assert [one["name"] for one in client.list()] == [*(one["name"] for one in fresh), "r"]
    assert _fired(client) == [4]
    assert client.list() == fresh


def test_a_share_breaks_the_same_requests_in_every_run() -> None:
    def drawn() -> list[bool]:
        schedule = FaultSchedule([Fault("PUT *", "PUT", "*", share=0.1, status=500)])
        return [schedule.judge("PUT", "/x", bool).status == 500 for _ in range(2000)]

    first = drawn()
    assert first == drawn()
    assert 140 <= sum(first) <= 260


def test_a_path_without_a_slash_matches_the_end(tmp_path: Path) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text("- {on: get alertRules, status: 500}\n", "utf-8")
    schedule = FaultSchedule(load_faults(path))
    assert schedule.judge("GET", "/subscriptions/s/alertRules", bool).status == 500
    assert schedule.judge("GET", "/subscriptions/s/alertRules/r", bool).status is None
    assert schedule.judge("PUT", "/subscriptions/s/alertRules", bool).status is None
