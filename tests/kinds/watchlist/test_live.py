"""A watchlist and its rows are one resource: compared before a write, changed row by row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from generator.azure.client import ArmClient
from generator.azure.errors import (
    ConflictError,
    GoneError,
    UnansweredError,
    UnintelligibleError,
)
from generator.emulator.launch import EmulatorOptions
from generator.kinds import collections
from generator.kinds.watchlist import live as live_module
from generator.kinds.watchlist.live import LiveWatchlists
from tests.deploy.conftest import running, target_at
from tests.deploy.hostile import Reply, hostile_service

HEAD = {"displayName": "VIP", "provider": "Custom", "itemsSearchKey": "User", "source": "vip.csv"}
ANN, BOB, EVE = ({"User": name, "Why": 'x, "y"'} for name in ("ann", "bob", "eve"))


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "WAITS", (0.01,) * 3)


@pytest.fixture
def live() -> Iterator[LiveWatchlists]:
    with (
        running(EmulatorOptions()) as url,
        ArmClient(target_at(url), collections()) as arm,
    ):
        yield LiveWatchlists(arm, "watchlist")


def body(*rows: dict[str, str], **properties: Any) -> dict[str, Any]:
    return {"properties": {**HEAD, **properties, "rows": list(rows)}}


def test_rows_come_and_go_one_by_one_and_the_head_stays(live: LiveWatchlists) -> None:
    made = live.put("Vip", body(ANN, BOB), None)
    assert made["properties"]["rows"] == [ANN, BOB]
    assert "sasUri" not in made["properties"]
    changed = live.put("Vip", body(BOB, EVE), made["etag"], over=made)
    assert sorted(row["User"] for row in changed["properties"]["rows"]) == ["bob", "eve"]
    assert changed["etag"] == made["etag"]
    renamed = live.put("Vip", body(BOB, EVE, displayName="New"), changed["etag"], over=changed)
    assert renamed["properties"]["displayName"] == "New"
    assert len(renamed["properties"]["rows"]) == 2
    assert live.put("Vip", body(BOB, EVE, displayName="New"), renamed["etag"], over=renamed)


def test_a_row_that_somebody_changed_meanwhile_is_a_conflict(live: LiveWatchlists) -> None:
    made = live.put("Vip", body(ANN), None)
    live.put("Vip", body(ANN, EVE), made["etag"], over=made)
    with pytest.raises(ConflictError):
        live.put("Vip", body(ANN, BOB), made["etag"], over=made)
    assert {row["User"] for row in live.get("Vip")["properties"]["rows"]} == {"ann", "eve"}
    with pytest.raises(ConflictError):
        live.put("Vip", body(ANN), '"old"', over=live.get("Vip"))
    with pytest.raises(ConflictError):
        live.put("Vip", body(ANN), None)


def test_a_large_list_goes_in_parts(live: LiveWatchlists, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "PART_BYTES", 200)
    rows = [{"User": f"user{n}", "Why": "because"} for n in range(50)]
    made = live.put("Vip", body(*rows), None)
    assert sorted(row["User"] for row in made["properties"]["rows"]) == sorted(
        row["User"] for row in rows
    )


def test_a_deletion_is_waited_for_by_asking(live: LiveWatchlists) -> None:
    made = live.put("Vip", body(ANN), None)
    live.delete("Vip", made["etag"])
    with pytest.raises(GoneError):
        live.get("Vip")
    live.delete("Vip", None)
    assert live.put("Vip", body(), None)["properties"]["rows"] == []


HEAD_BYTES = json.dumps({"name": "Vip", "etag": '"1"', "properties": HEAD}).encode()


_STATUS = {"DELETE": 202, "GET": 200}


def test_a_list_that_never_goes_is_not_called_deleted() -> None:
    with (
        hostile_service(
            lambda method, _: Reply(202 if method == "DELETE" else 200, HEAD_BYTES)
        ) as s,
        ArmClient(target_at(s.url), collections()) as arm,
        pytest.raises(UnansweredError, match="still there"),
    ):
        LiveWatchlists(arm, "watchlist").delete("Vip", '"1"')


@pytest.mark.parametrize(
    "item",
    [
        {"name": "a"},
        {"name": "a", "properties": {"itemsKeyValue": None}},
        {"name": "a", "properties": {"itemsKeyValue": {"User": 1}}},
        {"properties": {"itemsKeyValue": {"User": "x"}}},
    ],
)
def test_a_row_that_is_none_is_an_error_and_no_empty_list(item: dict[str, Any]) -> None:
    page = json.dumps({"value": [item]}).encode()
    with (
        hostile_service(lambda _, path: Reply(200, page if "Items" in path else HEAD_BYTES)) as s,
        ArmClient(target_at(s.url), collections()) as arm,
        pytest.raises(UnintelligibleError),
    ):
        LiveWatchlists(arm, "watchlist").get("Vip")


@pytest.mark.parametrize("state", [{"uploadStatus": "InProgress"}, {"provisioningState": "New"}])
def test_an_upload_that_does_not_end_is_no_success(state: dict[str, str]) -> None:
    head = {"name": "Vip", "etag": '"1"', "properties": {**HEAD, **state}}
    with (
        hostile_service(lambda *_: Reply(200, json.dumps(head).encode())) as s,
        ArmClient(target_at(s.url), collections()) as arm,
        pytest.raises(UnansweredError, match="still being taken"),
    ):
        LiveWatchlists(arm, "watchlist").put("Vip", body(ANN), None)
