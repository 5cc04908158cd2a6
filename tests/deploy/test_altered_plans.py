"""A plan file decides nothing: what it says besides the truth refuses it as a whole."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.conftest import Lab
from tests.deploy.test_commands import IDS, Site, site_at

Document = dict[str, Any]
OTHER = "bbbbbbbb-0000-4000-8000-000000000009"


@pytest.fixture
def site(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Site:
    """A workspace with a rule to change, one to create, an orphan and an unchanged one."""
    site = site_at(lab, tmp_path / "content", capsys)
    site.run("deploy")
    assert site.run("retire", IDS[2], "--reason", "Replaced") == 0
    site.edit_detection(0, "severity: Medium", "severity: High")
    return site


def action_of(document: Document, rule_id: str) -> Document:
    found: Document = next(item for item in document["actions"] if item["id"] == rule_id)
    return found


def altered(site: Site, alter: Callable[[Document], None], *arguments: str) -> str:
    path = site.root / ".sentinelgen/plan.json"
    assert site.run("plan", "--out", str(path), *arguments) in {0, 1}
    document = json.loads(path.read_text("utf-8"))
    alter(document)
    summary = dict.fromkeys(document["summary"], 0)
    for action in document["actions"]:
        summary[action["action"]] += 1
    document["summary"] = summary
    path.write_text(json.dumps(document), "utf-8")
    return str(path)


def setting(rule_id: str, **members: Any) -> Callable[[Document], None]:
    def alter(document: Document) -> None:
        assert any(action_of(document, rule_id)[name] != value for name, value in members.items())
        action_of(document, rule_id).update(members)

    return alter


def without(rule_id: str) -> Callable[[Document], None]:
    return lambda document: document["actions"].remove(action_of(document, rule_id))


def change(path: str, live: Any, desired: Any) -> Document:
    return {"path": path, "live": live, "desired": desired}


KIND = change("kind", "NRT", "Scheduled")
ORIGIN = {"source": "repository", "text": "live as at 0a1b2c3d"}

ALTERATIONS: dict[str, Callable[[Document], None]] = {
    "an update is left out": setting(IDS[0], action="unchanged", changes=[]),
    "an update seems blocked": setting(IDS[0], action="blocked", reason="later"),
    "an update seems to change nothing": setting(IDS[0], changes=[]),
    "an update changes less": setting(IDS[0], changes=[change("properties.description", "a", "b")]),
    "an update is a deletion and a creation": setting(IDS[0], changes=[KIND]),
    "an update has another reason": setting(IDS[0], reason="agreed with the team"),
    "an update comes from somewhere": setting(IDS[0], origin=ORIGIN),
    "an update is of another kind": setting(IDS[0], kind="NRT"),
    "an unchanged rule is written": setting(IDS[1], action="update"),
    "an unchanged rule is created anew": setting(IDS[1], action="update", changes=[KIND]),
    "an unchanged rule seems changed": setting(
        IDS[1], changes=[change("properties.severity", "Low", "High")]
    ),
    "an orphan is deleted": setting(IDS[2], action="delete"),
    "an orphan is deleted with the reason of one": setting(
        IDS[2], action="delete", reason="retired"
    ),
    "an orphan is blocked": setting(IDS[2], action="blocked", reason="in use"),
    "a rule is missing": without(IDS[0]),
    "pruning was asked for": lambda d: d.update(contentHash=f"{d['contentHash']} prune"),
    "paths were asked for": lambda d: d.update(contentHash=f"{d['contentHash']} paths=sha256:0"),
    "nonsense was asked for": lambda d: d.update(contentHash=f"{d['contentHash']} all"),
    "true is one": lambda d: action_of(d, IDS[0])["desired"]["properties"].update(enabled=1),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_a_plan_that_says_something_else_is_refused_whole(site: Site, name: str) -> None:
    plan = altered(site, ALTERATIONS[name])
    before = site.portal.rules()
    assert site.run("deploy", "--plan", plan) == 2
    assert "plan" in site.err
    assert site.portal.rules() == before
    assert len(site.snapshots()) == 1


def test_a_block_that_was_taken_out_of_a_plan_is_refused(site: Site) -> None:
    rule = site.portal.rules()[IDS[0]]
    site.portal.call("DELETE", f"/{IDS[0]}")
    kind = {**rule["properties"]}
    for name in ("queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold"):
        del kind[name]
    site.portal.call("PUT", f"/{IDS[0]}", {"kind": "NRT", "properties": kind})
    before = site.portal.rules()
    unblock = setting(IDS[0], action="update", reason=None)
    assert site.run("deploy", "--plan", altered(site, unblock)) == 2
    assert site.portal.rules() == before


def test_a_deletion_that_was_taken_out_of_a_plan_is_refused(site: Site) -> None:
    for alter in (
        setting(IDS[2], action="orphan"),
        setting(IDS[2], action="orphan", reason="retired; --prune deletes it"),
    ):
        assert site.run("deploy", "--plan", altered(site, alter, "--prune")) == 2
        assert site.portal.has(IDS[2])
    assert site.run("deploy", "--plan", altered(site, lambda _d: None, "--prune")) == 0
    assert not site.portal.has(IDS[2])


def test_a_plan_of_paths_names_all_of_them(site: Site) -> None:
    paths = ("area/rule-0", "area/rule-1")
    assert site.run("deploy", "--plan", altered(site, without(IDS[0]), *paths)) == 2
    assert site.portal.rules()[IDS[0]]["properties"]["severity"] == "Medium"
    assert site.run("deploy", "--plan", altered(site, lambda _d: None, *paths)) == 0
    assert site.portal.rules()[IDS[0]]["properties"]["severity"] == "High"


@pytest.mark.parametrize("etag", ['"made-up"', None, "*", 'W/"made-up"', ""])
@pytest.mark.parametrize(
    "members",
    [
        {},
        {"action": "unchanged", "changes": []},
        {"action": "blocked", "reason": "x"},
        {"changes": [KIND]},
        {"reason": "x"},
        {"origin": ORIGIN},
    ],
    ids=str,
)
def test_an_etag_that_is_made_up_leaves_the_rule_alone_and_never_ends_with_zero(
    site: Site, members: Document, etag: str | None
) -> None:
    plan = altered(site, setting(IDS[0], etag=etag, **members))
    assert site.run("deploy", "--plan", plan) in {2, 3}
    assert site.portal.rules()[IDS[0]]["properties"]["severity"] == "Medium"


def test_a_rule_that_moved_and_came_back_is_left_alone(site: Site) -> None:
    plan = altered(site, lambda _d: None)
    site.portal.edit(IDS[0], severity="Low")
    site.portal.edit(IDS[0], severity="Medium")
    assert site.run("deploy", "--plan", plan) == 3
    assert site.portal.rules()[IDS[0]]["properties"]["severity"] == "Medium"
    assert "plan again" in site.out


@pytest.mark.parametrize("command", [("deploy", "--plan"), ("drift", "--against")], ids=str)
@pytest.mark.parametrize(
    "elsewhere", [{"tenantId": OTHER}, {"cloud": "http://127.0.0.1:1"}], ids=str
)
def test_a_plan_of_another_directory_or_cloud_is_refused(
    site: Site, command: tuple[str, str], elsewhere: Document
) -> None:
    plan = altered(site, lambda _d: None)
    tenant = site.root / "tenants/lab.yaml"
    document = yaml.safe_load(tenant.read_text("utf-8"))
    document["target"].update(elsewhere)
    tenant.write_text(yaml.safe_dump(document), "utf-8")
    assert site.run(*command, plan) == 3
    # The cloud that the file names now is not there, and a deployment asks it for its rules first.
    assert "another cloud or directory" in site.err or "cannot be reached" in site.err


def test_a_rule_that_moved_is_left_alone_and_the_others_are_written(site: Site) -> None:
    site.edit_detection(1, "severity: Medium", "severity: High")
    plan = altered(site, lambda _d: None)
    site.portal.edit(IDS[0], severity="Low")
    assert site.run("deploy", "--plan", plan) == 3
    severities = {name: rule["properties"].get("severity") for name, rule in rules(site).items()}
    assert (severities[IDS[0]], severities[IDS[1]]) == ("Low", "High")
    assert "plan again" in site.out


def test_a_plan_that_was_carried_out_already_is_done(site: Site) -> None:
    plan = altered(site, lambda _d: None, "--prune")
    assert site.run("deploy", "--plan", plan) == 0
    before = site.portal.rules()
    assert site.run("deploy", "--plan", plan) == 0
    assert site.portal.rules() == before


def rules(site: Site) -> dict[str, Any]:
    return site.portal.rules()


@pytest.mark.parametrize(
    "text",
    [
        '{"version": 1, "version": 1}',
        "[" * 70 + "]" * 70,
        '{"version": NaN}',
        "1" * 5000,
    ],
    ids=lambda text: text[:20],
)
def test_what_is_not_written_by_us_is_one_clear_error(site: Site, text: str) -> None:
    path = site.root / "plan.json"
    path.write_text(text, "utf-8")
    for arguments in (("deploy", "--plan"), ("drift", "--against"), ("rollback",)):
        assert site.run(*arguments, str(path)) == 2
        assert "Traceback" not in site.err
        assert "internal error" not in site.err


@pytest.mark.parametrize(
    "alter",
    [
        lambda d: d["actions"].append(d["actions"][0]),
        lambda d: d["actions"][0].update(id="no-guid"),
        lambda d: d["actions"][0].update(extra=1),
        lambda d: d["actions"][0].update(etag=7),
        lambda d: d.update(version=True),
        lambda d: d.update(extra={}),
    ],
)
def test_a_plan_with_items_that_nobody_writes_is_no_plan(
    site: Site, alter: Callable[[Document], None]
) -> None:
    assert site.run("deploy", "--plan", altered(site, alter)) == 2


def test_a_plan_whose_summary_is_another_is_no_plan(site: Site) -> None:
    path = Path(altered(site, lambda _d: None))
    document = json.loads(path.read_text("utf-8"))
    document["summary"]["update"] = 0
    path.write_text(json.dumps(document), "utf-8")
    assert site.run("deploy", "--plan", str(path)) == 2


def test_a_snapshot_does_not_say_where_a_playbook_is_called(site: Site) -> None:
    assert site.run("snapshot") == 0
    path = Path(site.out.strip())
    document = json.loads(path.read_text("utf-8"))
    attack = "https://evil.example/hook?sig=stolen"
    (rule,) = (rule for rule in document["rules"] if rule["name"] == IDS[1])
    resource = "/subscriptions/x/resourceGroups/r/providers/Microsoft.Logic/workflows/w"
    properties = {"logicAppResourceId": resource, "triggerUri": attack}
    rule["actions"] = [{"name": OTHER, "properties": properties}]
    path.write_text(json.dumps(document), "utf-8")
    assert site.run("rollback", str(path)) == 3
    assert site.portal.call("GET", f"/{IDS[1]}/actions")["value"] == []
    assert "--trigger-uris" in site.out


def of_rule(**members: Any) -> Callable[[Document], None]:
    return lambda document: rule_in(document).update(members)


def of_properties(**members: Any) -> Callable[[Document], None]:
    return lambda document: rule_in(document)["properties"].update(members)


def rule_in(document: Document) -> Document:
    found: Document = next(rule for rule in document["rules"] if rule["name"] == IDS[1])
    return found


@pytest.mark.parametrize(
    "alter",
    [
        of_rule(id="/subscriptions/s/resourceGroups/r/providers/P/workspaces/w/alertRules/x"),
        lambda d: rule_in(d).update(id=rule_in(d)["id"].replace(IDS[1], IDS[0])),
        lambda d: rule_in(d).update(id=rule_in(d)["id"].replace(IDS[1], f"../alertRules/{IDS[1]}")),
        of_rule(type="Microsoft.SecurityInsights/watchlists"),
        of_rule(kind="Fusion"),
        of_rule(kind="scheduled"),
        of_rule(kind="NRT"),
        of_properties(query=None),
        of_properties(query=7),
        of_properties(severity="Critical"),
        of_properties(enabled="true"),
        of_properties(enabled=1),
        of_properties(triggerThreshold=True),
        of_properties(triggerThreshold="0"),
        of_properties(triggerOperator="gt"),
        of_properties(displayName=None),
        of_properties(displayName=" "),
        of_properties(displayName="a\x1b[2Jb"),
        of_properties(queryFrequency="1h"),
        of_properties(queryPeriod="PT1"),
        of_properties(tactics="Impact"),
        of_properties(tactics=[7]),
        of_properties(entityMappings=[{"entityType": "Account", "fieldMappings": "UPN"}]),
        of_properties(customDetails={"Key": ["Column"]}),
        of_properties(incidentConfiguration={"createIncident": "yes"}),
    ],
)
def test_a_rule_that_the_service_cannot_have_answered_refuses_the_whole_snapshot(
    site: Site, alter: Callable[[Document], None]
) -> None:
    site.run("snapshot")
    path = Path(site.out.strip())
    document = json.loads(path.read_text("utf-8"))
    rule_in(document)["properties"]["description"] = "to be put back"
    for rule in document["rules"]:
        rule["properties"]["description"] = "to be put back"
    alter(document)
    path.write_text(json.dumps(document), "utf-8")
    before = site.portal.rules()
    assert site.run("rollback", str(path)) == 2
    assert IDS[1] in site.err
    assert site.portal.rules() == before


def test_members_that_nobody_here_knows_are_put_back(site: Site) -> None:
    site.portal.edit(IDS[1], templateVersion="1.0.3", alertRuleTemplateName=OTHER)
    site.run("snapshot")
    path = Path(site.out.strip())
    site.portal.edit(IDS[1], templateVersion="2.0.0")
    assert site.run("rollback", str(path)) == 0
    assert site.portal.rules()[IDS[1]]["properties"]["templateVersion"] == "1.0.3"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("command", [("deploy", "--plan"), ("drift", "--against"), ("rollback",)])
def test_a_pipe_is_no_plan_and_no_snapshot_and_is_not_waited_for(
    site: Site, command: tuple[str, ...]
) -> None:
    pipe = site.root / "pipe.json"
    os.mkfifo(pipe)
    assert site.run(*command, str(pipe)) == 2
    assert "no regular file" in site.err


@pytest.mark.parametrize("prune", [(), ("--prune",)], ids=str)
def test_drift_against_a_plan_from_which_a_rule_was_cut_is_refused(
    site: Site, prune: tuple[str, ...]
) -> None:
    def cut(document: Document) -> None:
        without(IDS[0])(document)
        document["contentHash"] = " ".join(
            word for word in document["contentHash"].split(" ") if not word.startswith("paths=")
        )

    assert site.run("drift", "--against", altered(site, cut, *prune)) == 2
    assert IDS[0] in site.err
    paths = ("area/rule-1",)
    assert site.run("drift", "--against", altered(site, cut_paths, *paths)) == 2
    assert IDS[0] in site.err


def cut_paths(document: Document) -> None:
    document["contentHash"] = " ".join(document["contentHash"].split(" ")[:2])


@pytest.mark.parametrize(
    "alter",
    [
        lambda d: d.update(version=True),
        lambda d: d.update(takenAt="yesterday"),
        lambda d: d.update(more=1),
        lambda d: d["rules"].append(d["rules"][0]),
        lambda d: d["rules"][0].update(etag=7),
        lambda d: d["rules"][0].update(actions=[7]),
        lambda d: d["rules"][0].update(actions=[{"name": 7}]),
        lambda d: d["rules"][0].update(properties=[]),
    ],
)
def test_a_snapshot_with_items_that_nobody_writes_is_none(
    site: Site, alter: Callable[[Document], None]
) -> None:
    site.run("snapshot")
    path = Path(site.out.strip())
    document = json.loads(path.read_text("utf-8"))
    alter(document)
    path.write_text(json.dumps(document), "utf-8")
    before = site.portal.rules()
    assert site.run("rollback", str(path)) == 2
    assert site.portal.rules() == before


def test_drift_against_a_plan_of_paths_is_refused_since_it_says_nothing_of_the_rest(
    site: Site,
) -> None:
    plan = altered(site, lambda _d: None, "area/rule-1")
    assert site.run("drift", "--against", plan) == 2
    assert "PATHS" in site.err


STABLE = "2025-09-01"


def with_sub_technique(site: Site) -> None:
    assert site.run("deploy") == 0
    assert site.portal.rules()[IDS[0]]["properties"]["subTechniques"]


def test_a_version_that_does_not_show_a_rule_whole_blames_nobody(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_sub_technique(site)
    monkeypatch.setenv("SENTINELGEN_API_VERSION", STABLE)
    before = site.portal.rules()
    assert site.run("plan") == 1
    assert f"API version {STABLE}" in site.out
    assert "changed outside" not in site.out
    assert site.run("deploy") == 3
    assert site.run("drift") == 3
    assert "area/rule-0" in site.err
    assert site.portal.rules() == before


def test_a_snapshot_that_a_stable_version_took_is_put_back_with_that_version_only(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_sub_technique(site)
    monkeypatch.setenv("SENTINELGEN_API_VERSION", STABLE)
    assert site.run("snapshot") == 0
    assert STABLE in site.err
    path = site.out.strip()
    assert json.loads(Path(path).read_text("utf-8"))["apiVersion"] == STABLE
    monkeypatch.delenv("SENTINELGEN_API_VERSION")
    before = site.portal.rules()
    assert site.run("rollback", path) == 3
    assert "SENTINELGEN_API_VERSION=" in site.err
    assert site.portal.rules() == before
    assert site.run("snapshot") == 0
    assert "apiVersion" not in json.loads(Path(site.out.strip()).read_text("utf-8"))


@pytest.mark.parametrize("version", [7, None, [], {}])
def test_a_snapshot_of_an_odd_api_version_is_none(site: Site, version: object) -> None:
    site.run("snapshot")
    path = Path(site.out.strip())
    document = json.loads(path.read_text("utf-8")) | {"apiVersion": version}
    path.write_text(json.dumps(document), "utf-8")
    assert site.run("rollback", str(path)) == 2
