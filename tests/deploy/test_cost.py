"""What a deployment costs at the service: requests are few, and what is not touched is not read."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.cli.main import main
from generator.emulator.throttling import BucketSize
from tests.deploy.conftest import SUBSCRIPTION, Lab, rules_at, target_at
from tests.deploy.hostile import Reply, hostile_service
from tests.deploy.repository import repository_at
from tests.deploy.rules import body, rule_id

RULES = 512
MOST_REQUESTS = 20
LOGIC_APP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/r/providers/Microsoft.Logic/workflows/w"


def _detection(number: int, **others: Any) -> dict[str, Any]:
    return {
        "id": rule_id(number),
        "name": f"Rule {number}",
        "description": f"Finds things, number {number}",
        "severity": "Medium",
        "requiredDataConnectors": [],
        "kind": "Scheduled",
        "queryFrequency": "1h",
        "queryPeriod": "2h",
        "triggerOperator": "gt",
        "triggerThreshold": 0,
        "tactics": ["Persistence"],
        "relevantTechniques": ["T1098"],
        "query": f"SigninLogs\n| where ResultType == {number}",
        "version": "1.0.0",
        **others,
    }


def _write_content(root: Path, url: str, rules: list[dict[str, Any]]) -> None:
    area = root / "detections" / "area"
    area.mkdir(parents=True, exist_ok=True)
    (root / "sentinelgen.yaml").write_text("", "utf-8")
    for number, rule in enumerate(rules):
        (area / f"rule-{number}.yaml").write_text(yaml.safe_dump(rule), "utf-8")
    target = {
        "tenantId": SUBSCRIPTION,
        "subscriptionId": SUBSCRIPTION,
        "resourceGroup": "rg-lab",
        "workspace": "law-lab",
        "cloud": url,
    }
    (root / "tenants").mkdir(exist_ok=True)
    (root / "tenants" / "lab.yaml").write_text(yaml.safe_dump({"target": target}), "utf-8")


def _run(root: Path, command: str, *options: str) -> int:
    return main([command, "--root", str(root), "--tenant", "lab", "--no-kql", "-q", *options])


@pytest.mark.parametrize("under_git", [False, True])
def test_one_changed_rule_among_many_costs_few_requests(
    make_lab: Callable[..., Lab], tmp_path: Path, under_git: bool
) -> None:
    lab = make_lab(bucket=BucketSize(10**6, 10**6), foreign=20)
    rules = [_detection(number) for number in range(RULES)]
    rules[7]["severity"] = "High"
    _write_content(tmp_path, lab.portal.url, rules)
    for number in range(RULES):
        lab.portal.call("PUT", f"/{rule_id(number)}", body(number))
    if under_git:
        # A checkout in which the last commit touched everything.
        repository_at(tmp_path).commit(-1)
    before = sum(lab.portal.counts().values())
    assert _run(tmp_path, "plan") == 0
    planned = sum(lab.portal.counts().values())
    assert _run(tmp_path, "deploy", "--yes") == 0
    assert planned - before <= MOST_REQUESTS
    assert sum(lab.portal.counts().values()) - planned <= MOST_REQUESTS
    assert lab.portal.rules()[rule_id(7)]["properties"]["severity"] == "High"


def test_a_deployment_keeps_the_playbooks_of_what_it_touches_and_reads_no_others(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write_content(tmp_path, lab.portal.url, [_detection(number) for number in range(3)])
    (tmp_path / "detections/retired.yaml").write_text(
        yaml.safe_dump(
            [
                {
                    "id": rule_id(9),
                    "path": "detections/area/old.yaml",
                    "name": "Old",
                    "retired": "2026-01-31",
                    "reason": "replaced",
                }
            ]
        ),
        "utf-8",
    )
    lab.portal.call("PUT", f"/{rule_id(0)}", body(0))
    lab.portal.call("PUT", f"/{rule_id(1)}", body(1, severity="Low"))
    lab.portal.call("PUT", f"/{rule_id(9)}", body(9))
    action = {"properties": {"logicAppResourceId": LOGIC_APP, "triggerUri": "https://x/?sig=1"}}
    for number in (0, 1, 9):
        lab.portal.call("PUT", f"/{rule_id(number)}/actions/{rule_id(number)}", action)
    assert _run(tmp_path, "deploy", "--yes", "--prune") == 0
    (file,) = tmp_path.glob(".sentinelgen/snapshots/*.json")
    kept = {rule["name"]: rule for rule in json.loads(file.read_text("utf-8"))["rules"]}
    assert set(kept) == {rule_id(0), rule_id(1), rule_id(9)}
    assert "actions" not in kept[rule_id(0)]
    assert [len(kept[rule_id(number)]["actions"]) for number in (1, 9)] == [1, 1]

    lab.portal.call("DELETE", f"/{rule_id(0)}")
    uris = tmp_path / "uris.json"
    uris.write_text(json.dumps({LOGIC_APP: "https://x/?sig=1"}), "utf-8")
    capsys.readouterr()
    restore = ["rollback", "--root", str(tmp_path), "--tenant", "lab", str(file), "--yes"]
    assert main([*restore, "--trigger-uris", str(uris)]) == 0
    assert "does not tell the playbooks of area/rule-0" in capsys.readouterr().err
    assert len(lab.portal.call("GET", f"/{rule_id(9)}/actions")["value"]) == 1


def test_connections_are_as_many_as_workers_whatever_number_of_threads_comes_and_goes() -> None:
    made: list[object] = []
    with (
        hostile_service(lambda _m, _p: Reply(body=json.dumps(body(1)).encode())) as seen,
        rules_at(target_at(seen.url)) as client,
    ):
        new_client = client._arm._new_client
        client._arm._new_client = lambda sdk: made.append(1) or new_client(sdk)  # type: ignore[method-assign,func-returns-value]
        for _ in range(20):
            thread = threading.Thread(target=client.get, args=(rule_id(1),))
            thread.start()
            thread.join()
    assert len(made) == 1


def test_a_rule_travels_as_the_service_says_it() -> None:
    odd = {
        "kind": "Quantum",
        "name": rule_id(1),
        "properties": {"a": [None, {"b": 1.0}], "queryFrequency": "P1D", "x": "2026-01-31"},
        "systemData": {"createdAt": "yesterday"},
    }
    page = json.dumps({"value": [odd]}).encode()
    with (
        hostile_service(
            lambda _m, path: Reply(
                body=page if path.split("?")[0].endswith("alertRules") else json.dumps(odd).encode()
            )
        ) as seen,
        rules_at(target_at(seen.url)) as client,
    ):
        assert list(client.listed()) == [odd]
        assert client.get(rule_id(1)) == odd
        assert client.put(rule_id(1), odd, None) == odd
    assert json.loads(seen.bodies[-1]) == odd
