"""The emulator against what the live service was recorded to answer, over a real socket."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.emulator.conftest import FIXTURES, PlainClient, Reply, rule_fixture

CASES = yaml.safe_load((FIXTURES / "recordings.yaml").read_text("utf-8"))
_MISSING = object()


def _member(document: Any, path: str) -> Any:
    for name in path.split("."):
        document = document.get(name, _MISSING) if isinstance(document, dict) else _MISSING
    return document


def _run(client: PlainClient, step: dict[str, Any]) -> Reply:
    method = next(name for name in ("put", "get", "delete") if name in step)
    body = rule_fixture(step["rule"]) if method == "put" else None
    reply = client.rule(method.upper(), step[method], body)
    assert reply.status == step["status"]
    return reply


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_answers_are_as_recorded(client: PlainClient, case: dict[str, Any]) -> None:
    replies = [_run(client, step) for step in case["steps"]]
    answer = replies[-1].document
    for path, expected in case["members"].items():
        found = _member(answer, path)
        if isinstance(expected, str) and expected.startswith("~"):
            assert re.fullmatch(expected[1:], found), (path, found)
        else:
            assert found == expected, path
    assert [path for path in case["absent"] if _member(answer, path) is not _MISSING] == []
    assert "etag" not in replies[-1].headers


def test_every_put_gives_a_new_etag_even_when_nothing_changed(client: PlainClient) -> None:
    rule = rule_fixture("full_rule")
    etags = [client.rule("PUT", "r", rule).document["etag"] for _ in range(5)]
    assert len(set(etags)) == 5


def test_everything_sent_comes_back(client: PlainClient) -> None:
    rule = rule_fixture("full_rule")
    client.rule("PUT", "r", rule)
    live = client.rule("GET", "r").document["properties"]
    for name in rule["properties"].keys() - {"alertDetailsOverride", "incidentConfiguration"}:
        assert live[name] == rule["properties"][name], name


def test_a_fresh_workspace_holds_rules_of_others_and_lists_them_in_one_page(
    client: PlainClient,
) -> None:
    reply = client.send("GET", f"{client.rules_path}?api-version={client.version}")
    assert "nextLink" not in reply.document
    kinds = {rule["kind"] for rule in reply.document["value"]}
    assert kinds == {
        "Fusion",
        "MicrosoftSecurityIncidentCreation",
        "MLBehaviorAnalytics",
        "ThreatIntelligence",
    }


def test_remaining_counts_are_in_the_headers(client: PlainClient) -> None:
    read = client.rule("GET", "BuiltInFusion").headers
    assert int(read["x-ms-ratelimit-remaining-subscription-reads"]) > 0
    assert int(read["x-ms-ratelimit-remaining-subscription-global-reads"]) > 0
    written = client.rule("PUT", "r", rule_fixture("scheduled_rule")).headers
    assert "x-ms-ratelimit-remaining-subscription-writes" in written
    deleted = client.rule("DELETE", "r").headers
    assert "x-ms-ratelimit-remaining-subscription-deletes" in deleted
