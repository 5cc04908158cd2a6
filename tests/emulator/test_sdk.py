"""The emulator through the management SDK, as a deployment uses it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.mgmt.securityinsight import SecurityInsightsMgmtClient

from tests.emulator.conftest import SUBSCRIPTION, PlainClient, rule_fixture


class _NoCredential:
    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        raise AssertionError("the emulator must not make anybody ask for a token")


@pytest.fixture
def sdk(client: PlainClient) -> Iterator[SecurityInsightsMgmtClient]:
    with SecurityInsightsMgmtClient(
        _NoCredential(),
        SUBSCRIPTION,
        base_url=f"http://127.0.0.1:{client.port}",
        authentication_policy=SansIOHTTPPolicy(),
        retry_total=0,
    ) as management:
        yield management


def _put(sdk: SecurityInsightsMgmtClient, name: str, body: dict[str, Any], **options: Any) -> Any:
    rules = sdk.alert_rules
    return rules.create_or_update("rg", "law", name, cast("Any", body), **options).as_dict()


@pytest.mark.parametrize("name", ["scheduled_rule", "full_rule", "nrt_rule"])
def test_rules_go_in_and_come_out_whole(sdk: SecurityInsightsMgmtClient, name: str) -> None:
    rule = rule_fixture(name)
    created = _put(sdk, "r", rule)
    read = sdk.alert_rules.get("rg", "law", "r").as_dict()
    assert read == created
    assert read["kind"] == rule["kind"]
    assert read["properties"]["query"] == rule["properties"]["query"]
    assert read["properties"].get("subTechniques") == rule["properties"].get("subTechniques")


def test_the_list_gives_every_rule_with_its_properties(sdk: SecurityInsightsMgmtClient) -> None:
    for index in range(150):
        _put(sdk, f"r{index}", rule_fixture("scheduled_rule"))
    rules = [rule.as_dict() for rule in sdk.alert_rules.list("rg", "law")]
    assert len(rules) == 154
    assert all(rule["properties"] and rule["etag"] and rule["kind"] for rule in rules)


def test_errors_reach_the_caller_typed_and_with_their_text(sdk: SecurityInsightsMgmtClient) -> None:
    with pytest.raises(ResourceNotFoundError, match="Cannot find rule with resource name"):
        sdk.alert_rules.get("rg", "law", "r")
    first = _put(sdk, "r", rule_fixture("scheduled_rule"))
    _put(sdk, "r", rule_fixture("scheduled_rule"))
    with pytest.raises(ResourceExistsError, match="Etag does not match"):
        _put(sdk, "r", {**rule_fixture("scheduled_rule"), "etag": first["etag"]})
    with pytest.raises(HttpResponseError) as failed:
        _put(sdk, "r", rule_fixture("scheduled_rule"), headers={"If-Match": first["etag"]})
    assert failed.value.status_code == 412
    broken = rule_fixture("scheduled_rule")
    broken["properties"]["severity"] = "high"
    with pytest.raises(HttpResponseError, match="Invalid data model") as failed:
        _put(sdk, "r", broken)
    assert failed.value.status_code == 400


def test_deleting_twice_is_fine(sdk: SecurityInsightsMgmtClient) -> None:
    _put(sdk, "r", rule_fixture("scheduled_rule"))
    sdk.alert_rules.delete("rg", "law", "r")
    sdk.alert_rules.delete("rg", "law", "r")
    with pytest.raises(ResourceNotFoundError):
        sdk.alert_rules.get("rg", "law", "r")


def test_actions_work(sdk: SecurityInsightsMgmtClient) -> None:
    _put(sdk, "r", rule_fixture("scheduled_rule"))
    action = {
        "properties": {
            "logicAppResourceId": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Logic"
            "/workflows/notify",
            "triggerUri": "https://logic.example/invoke",
        }
    }
    sdk.actions.create_or_update("rg", "law", "r", "a", cast("Any", action))
    listed = [one.as_dict() for one in sdk.actions.list_by_alert_rule("rg", "law", "r")]
    assert [one["name"] for one in listed] == ["a"]
    sdk.actions.delete("rg", "law", "r", "a")
    assert list(sdk.actions.list_by_alert_rule("rg", "law", "r")) == []
