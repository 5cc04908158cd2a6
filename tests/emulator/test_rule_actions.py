"""Playbook actions over a real socket."""

from __future__ import annotations

import json

import pytest

from tests.emulator.conftest import PlainClient, rule_fixture

LOGIC_APP = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Logic/workflows/notify"
ACTION = {
    "properties": {
        "logicAppResourceId": LOGIC_APP,
        "triggerUri": "https://logic.example/triggers/manual/paths/invoke?sig=planted-secret",
    }
}


@pytest.fixture
def with_rule(client: PlainClient) -> PlainClient:
    client.rule("PUT", "r", rule_fixture("scheduled_rule"))
    return client


def test_an_action_is_created_read_listed_and_deleted(with_rule: PlainClient) -> None:
    created = with_rule.rule("PUT", "r/actions/a", ACTION)
    assert created.status == 201
    assert created.document["type"] == "Microsoft.SecurityInsights/alertRules/actions"
    assert with_rule.rule("PUT", "r/actions/a", ACTION).status == 200
    read = with_rule.rule("GET", "r/actions/a").document
    assert read["properties"]["logicAppResourceId"] == LOGIC_APP
    assert with_rule.rule("GET", "r/actions").document["value"] == [read]
    assert with_rule.rule("DELETE", "r/actions/a").status == 200
    assert with_rule.rule("DELETE", "r/actions/a").status == 204
    assert with_rule.rule("GET", "r/actions/a").status == 404


def test_the_trigger_uri_is_never_given_back(with_rule: PlainClient) -> None:
    answers = [with_rule.rule("PUT", "r/actions/a", ACTION), with_rule.rule("GET", "r/actions")]
    assert b"planted-secret" not in b"".join(answer.content for answer in answers)


def test_actions_survive_an_update_and_die_with_their_rule(with_rule: PlainClient) -> None:
    with_rule.rule("PUT", "r/actions/a", ACTION)
    with_rule.rule("PUT", "r", rule_fixture("scheduled_rule"))
    assert len(with_rule.rule("GET", "r/actions").document["value"]) == 1
    with_rule.rule("DELETE", "r")
    assert with_rule.rule("GET", "r/actions").status == 404
    with_rule.rule("PUT", "r", rule_fixture("scheduled_rule"))
    assert with_rule.rule("GET", "r/actions").document == {"value": []}


@pytest.mark.parametrize("member", ["logicAppResourceId", "triggerUri"])
def test_both_members_are_required(with_rule: PlainClient, member: str) -> None:
    action = json.loads(json.dumps(ACTION))
    del action["properties"][member]
    reply = with_rule.rule("PUT", "r/actions/a", action)
    assert reply.status == 400
    assert f"properties.{member}" in reply.document["error"]["message"]


def test_an_action_of_a_missing_rule_is_404(client: PlainClient) -> None:
    assert client.rule("PUT", "nowhere/actions/a", ACTION).status == 404
