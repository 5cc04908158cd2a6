"""Etags, limits, paging, kinds and api-versions over a real socket."""

from __future__ import annotations

import copy

import pytest

from generator.emulator.launch import EmulatorOptions
from tests.emulator.conftest import (
    STABLE,
    SUBSCRIPTION,
    WIDE_BUCKET,
    PlainClient,
    rule_fixture,
    running,
)


def test_a_stale_etag_in_the_body_is_409_and_saves_nothing(client: PlainClient) -> None:
    rule = rule_fixture("scheduled_rule")
    first = client.rule("PUT", "r", rule).document
    second = client.rule("PUT", "r", rule).document
    stale = {**rule, "etag": first["etag"]}
    stale["properties"] = {**rule["properties"], "displayName": "lost"}
    reply = client.rule("PUT", "r", stale)
    assert reply.status == 409
    assert reply.document["error"]["code"] == "Conflict"
    assert "Etag does not match" in reply.document["error"]["message"]
    assert client.rule("GET", "r").document == second


def test_the_current_etag_in_body_and_header_lets_the_write_on(client: PlainClient) -> None:
    rule = rule_fixture("scheduled_rule")
    etag = client.rule("PUT", "r", rule).document["etag"]
    reply = client.rule("PUT", "r", {**rule, "etag": etag}, {"If-Match": etag})
    assert reply.status == 200
    assert reply.document["etag"] != etag


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_if_match_that_does_not_match_is_412(client: PlainClient, method: str) -> None:
    rule = rule_fixture("scheduled_rule")
    live = client.rule("PUT", "r", rule).document
    reply = client.rule(method, "r", rule, {"If-Match": '"other"'})
    assert reply.status == 412
    assert reply.document["error"]["code"] == "PreconditionFailed"
    assert client.rule("GET", "r").document == live


def test_if_match_star_asks_only_that_the_rule_exists(client: PlainClient) -> None:
    rule = rule_fixture("scheduled_rule")
    assert client.rule("PUT", "r", rule, {"If-Match": "*"}).status == 412
    client.rule("PUT", "r", rule)
    assert client.rule("PUT", "r", rule, {"If-Match": "*"}).status == 200
    assert client.rule("PUT", "r", rule, {"If-None-Match": "*"}).status == 412


def test_an_etag_of_a_deleted_rule_never_brings_it_back(client: PlainClient) -> None:
    rule = rule_fixture("scheduled_rule")
    etag = client.rule("PUT", "r", rule).document["etag"]
    client.rule("DELETE", "r")
    assert client.rule("PUT", "r", {**rule, "etag": etag}).status == 409
    assert client.rule("PUT", "r", rule, {"If-Match": etag}).status == 412
    assert client.rule("GET", "r").status == 404


def test_deleting_what_is_not_there_is_204_without_a_body(client: PlainClient) -> None:
    reply = client.rule("DELETE", "r")
    assert (reply.status, reply.content) == (204, b"")


def test_a_change_of_kind_is_refused(client: PlainClient) -> None:
    client.rule("PUT", "r", rule_fixture("scheduled_rule"))
    reply = client.rule("PUT", "r", rule_fixture("nrt_rule"))
    assert reply.status == 400
    assert client.rule("GET", "r").document["kind"] == "Scheduled"


def test_names_and_path_segments_are_found_in_any_case(client: PlainClient) -> None:
    client.rule("PUT", "Rule-One", rule_fixture("scheduled_rule"))
    path = f"{client.rules_path}/RULE-ONE?API-Version={client.version}".replace("law", "LAW")
    reply = client.send("GET", path.replace("resourceGroups", "resourcegroups"))
    assert reply.status == 200
    assert reply.document["name"] == "Rule-One"
    assert "/workspaces/law/" in reply.document["id"]
    assert client.rule("PUT", "rule-one", rule_fixture("scheduled_rule")).status == 200


def test_workspaces_do_not_see_each_other(client: PlainClient) -> None:
    client.rule("PUT", "r", rule_fixture("scheduled_rule"))
    client.workspace = "other"
    assert client.rule("GET", "r").status == 404


@pytest.mark.parametrize(("rule", "limit"), [("scheduled_rule", 512), ("nrt_rule", 50)])
def test_enabled_rules_stop_at_the_limit_and_disabled_ones_do_not(
    client: PlainClient, rule: str, limit: int
) -> None:
    body = rule_fixture(rule)
    for index in range(limit):
        assert client.rule("PUT", f"r{index}", body).status == 201
    refused = client.rule("PUT", "one-more", body)
    assert refused.status == 400
    assert str(limit) in refused.document["error"]["message"]
    assert client.rule("PUT", "r0", body).status == 200
    disabled = copy.deepcopy(body)
    disabled["properties"]["enabled"] = False
    assert client.rule("PUT", "one-more", disabled).status == 201
    assert client.rule("PUT", "one-more", body).status == 400
    assert client.rule("PUT", "r0", disabled).status == 200
    assert client.rule("PUT", "one-more", body).status == 200


def test_pages_hold_every_rule_once() -> None:
    options = EmulatorOptions(bucket=WIDE_BUCKET, foreign=53, page_size=10)
    with running(options) as client:
        names = [rule["name"] for rule in client.list()]
    assert len(names) == len(set(names)) == 57


def test_a_forged_skip_token_is_refused(client: PlainClient) -> None:
    path = f"{client.rules_path}?api-version={client.version}&$skipToken=%00"
    assert client.send("GET", path).status == 400


def test_foreign_rules_are_the_same_in_every_run() -> None:
    def rules() -> list[dict[str, object]]:
        with running(EmulatorOptions(foreign=40)) as client:
            return [{**rule, "etag": "", "properties": ""} for rule in client.list()]

    assert rules() == rules()


@pytest.mark.parametrize("suffix", ["", "?api-version="])
def test_without_an_api_version_nothing_is_answered(client: PlainClient, suffix: str) -> None:
    reply = client.send("GET", client.rules_path + suffix)
    assert reply.status == 400
    assert reply.document["error"]["code"] == "MissingApiVersionParameter"


def test_an_api_version_that_is_no_date_is_refused(client: PlainClient) -> None:
    client.version = "latest"
    reply = client.rule("GET", "BuiltInFusion")
    assert reply.document["error"]["code"] == "InvalidApiVersionParameter"


def test_stable_versions_refuse_nrt_and_neither_store_nor_show_preview_members(
    client: PlainClient,
) -> None:
    client.rule("PUT", "preview", rule_fixture("full_rule"))
    client.version = STABLE
    assert client.rule("PUT", "nrt", rule_fixture("nrt_rule")).status == 400
    shown = client.rule("GET", "preview").document["properties"]
    assert "subTechniques" not in shown
    assert "aMemberOfTomorrow" in shown
    written = client.rule("PUT", "stable", rule_fixture("full_rule"))
    assert "sentinelEntitiesMappings" not in written.document["properties"]


_WORKSPACES = "resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups",
        f"/subscriptions/s/{_WORKSPACES}/law/providers/Microsoft.SecurityInsights/incidents",
        "/_emulator/state",
    ],
)
def test_other_resources_are_404_with_an_arm_error(client: PlainClient, path: str) -> None:
    reply = client.send("GET", f"{path}?api-version={client.version}")
    assert reply.status == 404
    assert set(reply.document["error"]) == {"code", "message"}


def test_other_methods_are_405(client: PlainClient) -> None:
    assert client.rule("POST", "r", {}).status == 405
    assert client.rule("PATCH", "r", {}).status == 405
