"""Faults on demand: what they do over a real socket, and that they are counted and repeatable."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.emulator import launch
from generator.emulator.fault_file import FaultFileError, load_faults
from generator.emulator.faults import Fault, FaultSchedule
from generator.emulator.front_door import FrontDoor
from generator.emulator.launch import EmulatorOptions
from generator.emulator.store import Store
from tests.emulator.conftest import FIXTURES, WIDE_BUCKET, PlainClient, rule_fixture, running

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


@pytest.mark.parametrize(
    ("form", "header", "pattern"),
    [
        ("seconds: 2", "retry-after", "2"),
        ("seconds: 1.5", "retry-after", r"1\.5"),
        ("seconds: 100000000000", "retry-after", "100000000000"),
        ("date: 0", "retry-after", r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"),
        ("date: -86400", "retry-after", r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"),
        ("ms: 20", "retry-after-ms", "20"),
        ("xms: 20", "x-ms-retry-after-ms", "20"),
        ("text: 'Fri, 31 Dec 9999 23:59:59 GMT'", "retry-after", "Fri, 31 Dec 9999 23:59:59 GMT"),
        ("text: soon", "retry-after", "soon"),
    ],
    ids=str,
)
def test_an_answer_says_when_to_come_again_in_every_form(
    faulty: Start, form: str, header: str, pattern: str
) -> None:
    client = faulty(f"- {{on: 'GET *', status: 429, retryAfter: {{{form}}}}}\n")
    headers = client.rule("GET", "r").headers
    assert re.fullmatch(pattern, headers[header])
    assert sum("retry-after" in name for name in headers) == 1


def test_an_answer_can_say_nothing_about_when_to_come_again(faulty: Start) -> None:
    client = faulty("- {on: 'GET *', status: 429, retryAfter: {none: true}}\n")
    assert not [name for name in client.rule("GET", "r").headers if "retry-after" in name]


def test_a_late_answer_comes_after_the_write(
    faulty: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def look(_seconds: float) -> None:
        other = PlainClient(client.port)
        seen.append(other.rule("GET", "r").status)
        other.close()

    monkeypatch.setattr(launch, "FrontDoor", partial(FrontDoor, sleep=look))
    client = faulty("- {on: 'PUT *', answerLateMs: 80}\n")
    assert client.rule("PUT", "r", rule_fixture("scheduled_rule")).status == 201
    assert seen == [200]


def test_a_lagging_list_shows_all_writes_of_the_last_seconds_undone(
    faulty: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = [1000.0]
    monkeypatch.setattr(launch, "Store", partial(Store, clock=lambda: moment[0]))
    client = faulty("- {on: 'GET *', listLagSeconds: 5}\n")
    rule = rule_fixture("scheduled_rule")
    first = client.rule("PUT", "first", rule).document
    before = client.list()
    moment[0] += 10
    now = [*before, first]
    assert client.list() == now
    client.rule("PUT", "first", rule)
    second = client.rule("PUT", "second", rule).document
    client.rule("DELETE", "first")
    client.rule("DELETE", "BuiltInFusion")
    assert client.list() == now
    assert client.rule("GET", "first").status == 404
    moment[0] += 4.9
    assert client.list() == now
    moment[0] += 0.2
    settled = [one for one in now if one["name"] not in {"BuiltInFusion", "first"}]
    assert client.list() == [*settled, second]


def test_a_lagging_list_is_right_over_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = [1000.0]
    monkeypatch.setattr(launch, "Store", partial(Store, clock=lambda: moment[0]))
    faults = tmp_path / "faults.yaml"
    faults.write_text("- {on: 'GET *', listLagSeconds: 5}\n", "utf-8")
    options = EmulatorOptions(bucket=WIDE_BUCKET, faults=faults, page_size=3, foreign=8)
    with running(options) as client:
        rule = rule_fixture("scheduled_rule")
        client.rule("PUT", "mine", rule)
        moment[0] += 10
        before = client.list()
        for one in before[::2]:
            client.rule("DELETE", one["name"])
        for index in range(7):
            client.rule("PUT", f"new{index}", rule)
        assert client.list() == before


def test_a_deleted_id_is_refused_for_some_writes(faulty: Start) -> None:
    client = faulty("- {on: 'PUT *', recentlyDeleted: 2}\n")
    rule = rule_fixture("scheduled_rule")
    assert client.rule("PUT", "r", rule).status == 201
    assert client.rule("PUT", "r", rule).status == 200
    client.rule("DELETE", "R")
    assert client.rule("PUT", "other", rule).status == 201
    refusals = [client.rule("PUT", "r", rule) for _ in range(3)]
    assert [reply.status for reply in refusals] == [409, 409, 201]
    assert "recently deleted" in refusals[0].document["error"]["message"]
    client.rule("DELETE", "r")
    assert client.rule("PUT", "r", rule).status == 409
    assert _fired(client) == [3]


def test_a_second_rule_of_a_name_is_refused_where_names_are_unique(faulty: Start) -> None:
    client = faulty("- {on: 'PUT *', uniqueNames: true}\n")
    rule = rule_fixture("scheduled_rule")
    assert client.rule("PUT", "r", rule).status == 201
    assert client.rule("PUT", "R", rule).status == 200
    rule["properties"]["displayName"] = rule["properties"]["displayName"].upper()
    assert client.rule("PUT", "other", rule).status == 409
    rule["properties"]["displayName"] += " 2"
    assert client.rule("PUT", "other", rule).status == 201
    assert _fired(client) == [1]


def test_items_are_repeated_over_pages(tmp_path: Path) -> None:
    faults = tmp_path / "faults.yaml"
    faults.write_text("- {on: 'GET *', repeatItems: 2}\n", "utf-8")
    plain = EmulatorOptions(bucket=WIDE_BUCKET, page_size=4, foreign=8)
    with running(plain) as client:
        client.rule("PUT", "r", rule_fixture("scheduled_rule"))
        once = [rule["name"] for rule in client.list()]
    with running(replace(plain, faults=faults)) as client:
        client.rule("PUT", "r", rule_fixture("scheduled_rule"))
        names = [rule["name"] for rule in client.list()]
    assert list(dict.fromkeys(names)) == once
    assert sorted(set(names)) == sorted(once)
    assert len(names) > len(once)
