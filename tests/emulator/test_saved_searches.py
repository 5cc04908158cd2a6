"""Saved searches of the emulator through the SDK that serves them, as recordings show them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.mgmt.loganalytics import LogAnalyticsManagementClient

from tests.emulator.conftest import SUBSCRIPTION, PlainClient
from tests.emulator.test_sdk import _NoCredential

PLACE = ("rg", "law")
QUERY = {"category": "Hunting Queries", "displayName": "One", "query": "SigninLogs"}


@pytest.fixture
def sdk(client: PlainClient) -> Iterator[LogAnalyticsManagementClient]:
    with LogAnalyticsManagementClient(
        _NoCredential(),
        SUBSCRIPTION,
        base_url=f"http://127.0.0.1:{client.port}",
        authentication_policy=SansIOHTTPPolicy(),
        retry_total=0,
    ) as management:
        yield management


def put(
    sdk: LogAnalyticsManagementClient, name: str, etag: str | None = None, **properties: Any
) -> dict[str, Any]:
    body = {"properties": {**QUERY, **properties}} | ({} if etag is None else {"etag": etag})
    found = sdk.saved_searches.create_or_update(*PLACE, name, cast("Any", body))
    return cast("dict[str, Any]", found.as_dict())


def test_what_is_sent_comes_back_with_a_version_and_a_short_type(
    sdk: LogAnalyticsManagementClient,
) -> None:
    made = put(sdk, "One", tags=[{"name": "tactics", "value": "Persistence"}])
    assert made["type"] == "Microsoft.OperationalInsights/savedSearches"
    assert made["properties"] == {
        **QUERY,
        "tags": [{"name": "tactics", "value": "Persistence"}],
        "version": 2,
    }
    assert made["etag"].startswith("W/\"datetime'")
    assert sdk.saved_searches.get(*PLACE, "oNE").as_dict() == made


def test_what_is_there_is_written_over_with_its_etag_only(
    sdk: LogAnalyticsManagementClient,
) -> None:
    first = put(sdk, "one")
    for etag in (None, "", 'W/"old"'):
        with pytest.raises(ResourceExistsError, match="Newer data exists"):
            put(sdk, "one", etag, displayName="Two")
    second = put(sdk, "one", first["etag"], displayName="Two")
    assert second["etag"] != first["etag"]
    assert put(sdk, "one", "*", displayName="Three")["properties"]["displayName"] == "Three"


def test_a_list_has_the_built_in_searches_without_etags(
    sdk: LogAnalyticsManagementClient,
) -> None:
    put(sdk, "mine")
    listed = [one.as_dict() for one in sdk.saved_searches.list_by_workspace(*PLACE).value or []]
    built_in = [one for one in listed if one["name"] != "mine"]
    assert built_in
    assert not any("etag" in one for one in built_in)
    with pytest.raises(ResourceExistsError):
        put(sdk, built_in[0]["name"], "*")


def test_a_search_is_deleted_once(sdk: LogAnalyticsManagementClient) -> None:
    put(sdk, "one")
    sdk.saved_searches.delete(*PLACE, "ONE")
    with pytest.raises(ResourceNotFoundError):
        sdk.saved_searches.get(*PLACE, "one")
    with pytest.raises(ResourceNotFoundError):
        sdk.saved_searches.delete(*PLACE, "one")


@pytest.mark.parametrize(
    "properties",
    [
        {"category": None},
        {"displayName": " "},
        {"query": ""},
        {"tags": [{"name": f"t{n}", "value": "x"} for n in range(16)]},
        {"tags": [{"name": "description", "value": "x" * 257}]},
        {"tags": ["x"]},
    ],
    ids=["category", "name", "query", "sixteen tags", "long tag", "no tag"],
)
def test_what_the_service_is_known_to_refuse_is_refused(
    sdk: LogAnalyticsManagementClient, properties: dict[str, Any]
) -> None:
    with pytest.raises(HttpResponseError) as refused:
        put(sdk, "one", **properties)
    assert refused.value.status_code == 400


def test_no_query_is_compiled(sdk: LogAnalyticsManagementClient) -> None:
    assert put(sdk, "one", query="no such thing ((")["properties"]["query"] == "no such thing (("


def test_a_first_search_makes_a_workspace_with_the_rules_of_a_fresh_one(
    sdk: LogAnalyticsManagementClient, client: PlainClient
) -> None:
    before = [rule["name"] for rule in client.list()]
    put(sdk, "one")
    assert [rule["name"] for rule in client.list()] == before
