"""Watchlists of the emulator through the SDK that serves them, as recordings show the service."""

from __future__ import annotations

from typing import Any, cast

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.securityinsight import SecurityInsightsMgmtClient

from tests.emulator.conftest import PlainClient
from tests.emulator.test_sdk import sdk  # noqa: F401 - a fixture

PLACE = ("rg", "law")
HEAD = {"displayName": "VIP", "provider": "Custom", "itemsSearchKey": "User"}


def put(sdk: SecurityInsightsMgmtClient, raw: str = "", **properties: Any) -> dict[str, Any]:  # noqa: F811
    body = {"properties": {**HEAD, **({"rawContent": raw} if raw else {}), **properties}}
    poller = sdk.watchlists.begin_create_or_update(
        *PLACE, "Vip", cast("Any", body), polling_interval=0
    )
    return cast("dict[str, Any]", poller.result().as_dict())


def rows(sdk: SecurityInsightsMgmtClient) -> list[dict[str, str]]:  # noqa: F811
    items = sdk.watchlist_items.list(*PLACE, "Vip")
    return [item.as_dict()["properties"]["itemsKeyValue"] for item in items]


def test_raw_content_only_adds_rows(sdk: SecurityInsightsMgmtClient) -> None:  # noqa: F811
    put(sdk, "User,Why\nann,board\n")
    put(sdk, "User,Why\nbob,payroll\nann,board\n")
    assert rows(sdk) == [{"User": "ann", "Why": "board"}, {"User": "bob", "Why": "payroll"}]
    put(sdk, displayName="Another name")
    assert len(rows(sdk)) == 2


def test_the_list_has_no_etags_and_a_get_has(sdk: SecurityInsightsMgmtClient) -> None:  # noqa: F811
    made = put(sdk, "User,Why\nann,board\n")
    (listed,) = [one.as_dict() for one in sdk.watchlists.list(*PLACE)]
    assert "etag" not in listed
    assert sdk.watchlists.get(*PLACE, "vip").as_dict()["etag"] == made["etag"]
    assert "rawContent" not in made["properties"]


def test_items_are_paged_and_one_that_is_written_as_it_is_keeps_its_etag(
    sdk: SecurityInsightsMgmtClient,  # noqa: F811
) -> None:
    put(sdk, "User\n" + "".join(f"user{n}\n" for n in range(250)))
    assert len(rows(sdk)) == 250
    item = next(iter(sdk.watchlist_items.list(*PLACE, "Vip"))).as_dict()
    body = cast("Any", {"properties": {"itemsKeyValue": item["properties"]["itemsKeyValue"]}})
    again = sdk.watchlist_items.create_or_update(*PLACE, "Vip", item["name"], body).as_dict()
    assert again["etag"] == item["etag"]
    sdk.watchlist_items.delete(*PLACE, "Vip", item["name"])
    assert len(rows(sdk)) == 249


def test_a_deletion_is_accepted_and_its_status_never_ends(
    sdk: SecurityInsightsMgmtClient,  # noqa: F811
    client: PlainClient,
) -> None:
    put(sdk, "User\nann\n")
    path = f"{client.rules_path.removesuffix('alertRules')}watchlists/Vip?api-version=2025-09-01"
    deleted = client.send("DELETE", path)
    assert deleted.status == 202
    status = deleted.headers["azure-asyncoperation"].partition(f":{client.port}")[2]
    shown = client.send("GET", f"{status}?api-version=2025-09-01").document
    assert shown == {"status": "Deleting", "percentComplete": 100.0}
    with pytest.raises(ResourceNotFoundError) as gone:
        sdk.watchlists.get(*PLACE, "Vip")
    assert gone.value.error is not None
    assert gone.value.error.code == "404"
    assert client.send("DELETE", path).status == 204
    put(sdk)
    assert rows(sdk) == []


@pytest.mark.parametrize(
    ("raw", "properties"),
    [
        ("Name\nann\n", {}),
        ("User,Why\n,board\n", {}),
        ("", {"displayName": " "}),
        ("User\n" + "x" * 3_900_000, {}),
    ],
    ids=["key", "blank", "name", "large"],
)
def test_what_the_service_is_known_to_refuse_is_refused(
    sdk: SecurityInsightsMgmtClient,  # noqa: F811
    raw: str,
    properties: dict[str, Any],
) -> None:
    with pytest.raises(HttpResponseError) as refused:
        put(sdk, raw, **properties)
    assert refused.value.status_code == 400
