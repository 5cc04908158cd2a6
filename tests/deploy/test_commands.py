"""The commands as a user runs them: exit codes, files, and what stands where."""

from __future__ import annotations

import json
import logging
import shutil
import signal
import stat
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.azure.client import ArmClient
from generator.azure.redaction import SECRETS
from generator.cli.main import main
from generator.emulator import front_door, launch
from tests.cli.commands import KILL_SECONDS
from tests.deploy.conftest import SUBSCRIPTION, Lab, Portal

CONTENT = Path(__file__).parent / "fixtures" / "content"
IDS = [f"bbbbbbbb-0000-4000-8000-00000000000{number}" for number in range(3)]
ACTION = "/actions/dddddddd-0000-4000-8000-000000000001"
LOGIC_APP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/r/providers/Microsoft.Logic/workflows/w"
TRIGGER = "https://prod-1.westeurope.logic.azure.com/x?sp=1&sig=planted-signature-1"


@dataclass
class Site:
    """A content repository, a workspace, and the command line between them."""

    root: Path
    portal: Portal
    capture: pytest.CaptureFixture[str]
    out: str = ""
    err: str = ""

    def run(self, command: str, *arguments: str) -> int:
        kql = ["--no-kql"] if command in {"plan", "deploy", "drift"} else []
        yes = ["--yes"] if command in {"deploy", "rollback"} else []
        tenant = [] if command in {"retire", "validate"} else ["--tenant", "lab"]
        code = main([command, "--root", str(self.root), *tenant, *kql, *yes, *arguments])
        self.out, self.err = self.capture.readouterr()
        return code

    def edit_detection(self, number: int, old: str, new: str) -> None:
        path = self.root / f"detections/area/rule-{number}.yaml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def move_to(self, url: str) -> None:
        """Have the tenant's cloud elsewhere, such as at a hostile service."""
        path = self.root / "tenants/lab.yaml"
        document = yaml.safe_load(path.read_text("utf-8"))
        document["target"]["cloud"] = url
        path.write_text(yaml.safe_dump(document), "utf-8")

    def snapshots(self) -> list[Path]:
        return sorted(self.root.glob(".sentinelgen/snapshots/*.json"))


def site_at(lab: Lab, root: Path, capture: pytest.CaptureFixture[str]) -> Site:
    shutil.copytree(CONTENT, root)
    target = {
        "tenantId": SUBSCRIPTION,
        "subscriptionId": SUBSCRIPTION,
        "resourceGroup": "rg-lab",
        "workspace": "law-lab",
        "cloud": lab.portal.url,
    }
    (root / "tenants").mkdir()
    (root / "tenants" / "lab.yaml").write_text(yaml.safe_dump({"target": target}), "utf-8")
    return Site(root, lab.portal, capture)


@pytest.fixture
def site(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Site:
    return site_at(lab, tmp_path / "content", capsys)


def ours(portal: Portal) -> dict[str, Any]:
    return {name: rule for name, rule in portal.rules().items() if name in IDS}


def test_the_whole_way_there(site: Site) -> None:
    assert site.run("plan") == 0
    assert "+ 3 create, ~ 0 update, = 0 unchanged" in site.out
    assert site.run("deploy") == 0
    assert set(ours(site.portal)) == set(IDS)
    before = site.portal.rules()
    assert site.run("deploy") == 0
    assert "nothing to do" in site.out
    assert site.portal.rules() == before
    assert site.run("drift") == 0


def test_drift_shows_what_changed_and_ends_with_one(site: Site) -> None:
    site.run("deploy")
    site.portal.edit(IDS[0], enabled=False)
    assert site.run("drift") == 1
    assert "enabled" in site.out
    site.portal.call("DELETE", f"/{IDS[1]}")
    assert site.run("drift", "--format", "json") == 1
    rules = {rule["id"]: rule["status"] for rule in json.loads(site.out)["rules"]}
    assert rules == {IDS[0]: "changed", IDS[1]: "missing"}


def test_the_detailed_exit_code_tells_whether_there_is_something_to_deploy(site: Site) -> None:
    assert site.run("plan") == 0
    assert site.run("plan", "--detailed-exitcode") == 4
    site.run("deploy")
    assert site.run("plan", "--detailed-exitcode") == 0
    site.edit_detection(1, "severity: ", "severity: # ")
    assert site.run("plan", "--detailed-exitcode") == 1


def test_a_plan_names_the_limits_that_deploy_will_hold_to(site: Site) -> None:
    site.run("deploy")
    for number in (1, 2):
        site.run("retire", IDS[number], "--reason", "test")
    for form in ("text", "markdown", "json"):
        arguments = ("--prune", "--format", form, "--max-deletes")
        site.run("plan", *arguments, "1")
        assert "deploy will refuse this plan" in site.out + site.err
        site.run("plan", *arguments, "2")
        assert "deploy will refuse this plan" not in site.out + site.err


def test_drift_for_an_issue_is_empty_when_nothing_could_be_compared(site: Site) -> None:
    site.run("deploy")
    site.portal.edit(IDS[1], severity="Low")
    assert site.run("drift", "--format", "markdown", "--quiet") == 1
    assert "    changed area/rule-1" in site.out
    (site.root / "detections/area/rule-1.yaml").write_text("a: [", "utf-8")
    assert site.run("drift", "--format", "markdown", "--quiet") == 1
    assert site.out == ""


def test_plans_and_reports_are_for_their_owner_only(site: Site) -> None:
    plan, report = site.root / "plan.json", site.root / "report.json"
    plan.touch()
    plan.chmod(0o666)
    site.run("plan", "--out", str(plan))
    site.run("deploy", "--report", str(report))
    assert {stat.S_IMODE(path.stat().st_mode) for path in (plan, report)} == {0o600}


def test_drift_against_the_deployed_plan_does_not_cry_after_a_merge(site: Site) -> None:
    plan = str(site.root / "plan.json")
    site.run("plan", "--out", plan)
    assert site.run("deploy", "--plan", plan) == 0
    site.edit_detection(0, "severity: Medium", "severity: High")
    assert site.run("drift") == 1
    assert site.run("drift", "--against", plan) == 0
    site.portal.edit(IDS[1], severity="Low")
    assert site.run("drift", "--against", plan) == 1


def test_a_plan_for_other_content_is_refused(site: Site) -> None:
    plan = str(site.root / "plan.json")
    site.run("plan", "--out", plan)
    site.edit_detection(0, "severity: Medium", "severity: High")
    assert site.run("deploy", "--plan", plan) == 3
    assert ours(site.portal) == {}


def test_a_stale_plan_leaves_the_edited_rule_alone_and_says_so(site: Site) -> None:
    site.run("deploy")
    site.edit_detection(0, "severity: Medium", "severity: High")
    plan, report = str(site.root / "plan.json"), site.root / "report.json"
    site.run("plan", "--out", plan)
    site.portal.edit(IDS[0], severity="Low")
    assert site.run("deploy", "--plan", plan, "--report", str(report)) == 3
    document = json.loads(report.read_text("utf-8"))
    assert document["exitCode"] == 3
    assert {r["id"]: r["outcome"] for r in document["results"]}[IDS[0]] == "refused"
    assert site.portal.rules()[IDS[0]]["properties"]["severity"] == "Low"


def test_a_report_has_exactly_the_documented_members(site: Site) -> None:
    report = site.root / "report.json"
    site.run("deploy", "--report", str(report))
    document = json.loads(report.read_text("utf-8"))
    assert list(document) == ["tenant", "workspaceId", "snapshot", "results", "exitCode"]
    assert list(document["results"][0]) == ["id", "action", "outcome", "error", "contentKind"]
    assert {result["outcome"] for result in document["results"]} == {"done"}
    assert Path(document["snapshot"]).is_file()


def test_a_rollback_restores_the_exact_bodies(site: Site) -> None:
    site.run("deploy")
    site.portal.edit(IDS[0], query="  SigninLogs\r\n| take 7\r\n\r\n", newFeature={"a": 1})
    assert site.run("snapshot") == 0
    snapshot = site.out.strip()
    before = {name: rule["properties"] for name, rule in ours(site.portal).items()}
    site.run("deploy")
    site.portal.edit(IDS[0], newFeature={"a": 2})
    site.portal.call("DELETE", f"/{IDS[1]}")
    assert site.run("rollback", snapshot) == 0
    after = {name: rule["properties"] for name, rule in ours(site.portal).items()}
    for properties in (*before.values(), *after.values()):
        del properties["lastModifiedUtc"]
    assert after == before


def test_a_snapshot_is_its_owners_alone_and_bound_to_its_workspace(site: Site) -> None:
    site.run("deploy")
    site.run("snapshot")
    path = Path(site.out.strip())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    document = json.loads(path.read_text("utf-8"))
    assert list(document) == ["version", "workspaceId", "takenAt", "rules"]
    assert [rule["actions"] for rule in document["rules"]] == [[], [], []]
    path.write_text(json.dumps({**document, "workspaceId": "/other"}), "utf-8")
    assert site.run("rollback", str(path)) == 3
    path.write_text("{}", "utf-8")
    assert site.run("rollback", str(path)) == 2
    path.unlink()
    assert site.run("rollback", str(path)) == 2
    assert site.run("snapshot", "--all") == 0
    assert len(json.loads(Path(site.out.strip()).read_text("utf-8"))["rules"]) > 3


def test_rules_made_since_the_snapshot_are_named_and_stay_unless_pruned(site: Site) -> None:
    site.run("snapshot")
    snapshot = site.out.strip()
    site.run("deploy")
    assert site.run("rollback", snapshot) == 0
    assert "not in the snapshot" in site.err
    assert set(ours(site.portal)) == set(IDS)
    assert site.run("rollback", snapshot, "--prune") == 0
    assert ours(site.portal) == {}


def test_a_playbook_dies_with_its_rule_and_comes_back_with_its_trigger(site: Site) -> None:
    site.run("deploy")
    action = {"properties": {"logicAppResourceId": LOGIC_APP, "triggerUri": TRIGGER}}
    site.portal.call("PUT", f"/{IDS[0]}{ACTION}", action)
    site.run("snapshot")
    snapshot = site.out.strip()
    assert LOGIC_APP in Path(snapshot).read_text("utf-8")
    site.run("retire", IDS[0], "--reason", "Not needed")
    assert site.run("plan", "--prune") == 0
    assert LOGIC_APP in site.out
    assert site.run("deploy", "--prune") == 0
    # The service gives no trigger back, so without it the loss is said, not hidden.
    assert site.run("rollback", snapshot) == 3
    assert "--trigger-uris" in site.out
    uris = site.root / "uris.json"
    uris.write_text(json.dumps({LOGIC_APP: TRIGGER}), "utf-8")
    assert site.run("rollback", snapshot, "--trigger-uris", str(uris)) == 0
    assert site.portal.call("GET", f"/{IDS[0]}/actions")["value"]
    assert "planted-signature-1" not in site.out + site.err


def test_a_playbook_that_leads_elsewhere_by_now_is_not_the_one_that_was_there(site: Site) -> None:
    """Somebody has pointed the action of a rule at another Logic App, under the same name."""
    site.run("deploy")
    action = {"properties": {"logicAppResourceId": LOGIC_APP, "triggerUri": TRIGGER}}
    site.portal.call("PUT", f"/{IDS[0]}{ACTION}", action)
    site.run("snapshot")
    snapshot = site.out.strip()
    other = {"logicAppResourceId": f"{LOGIC_APP}-2", "triggerUri": TRIGGER}
    site.portal.call("PUT", f"/{IDS[0]}{ACTION}", {"properties": other})
    assert site.run("rollback", snapshot) == 3
    assert "most likely refuses to attach it: give it with --trigger-uris" in site.err
    uris = site.root / "uris.json"
    uris.write_text(json.dumps({LOGIC_APP: TRIGGER}), "utf-8")
    assert site.run("rollback", snapshot, "--trigger-uris", str(uris)) == 0
    assert f"attaches playbook {LOGIC_APP} to area/rule-0" in site.err
    actions = site.portal.call("GET", f"/{IDS[0]}/actions")["value"]
    assert [a["properties"]["logicAppResourceId"] for a in actions] == [LOGIC_APP]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({LOGIC_APP: TRIGGER, LOGIC_APP.upper(): TRIGGER}),
        f'{{"{LOGIC_APP}": "https://a/", "{LOGIC_APP}": "https://b/"}}',
        json.dumps({LOGIC_APP: "http://a/"}),
        json.dumps([TRIGGER]),
        f'{{"{LOGIC_APP}": "{TRIGGER}"',
    ],
    ids=["case", "key", "http", "list", "cut"],
)
def test_trigger_uris_have_one_meaning_or_none_and_no_error_repeats_them(
    site: Site, tmp_path: Path, text: str
) -> None:
    site.run("deploy")
    site.run("snapshot")
    snapshot = site.out.strip()
    file = tmp_path / "uris.json"
    file.write_text(text, "utf-8")
    assert site.run("rollback", snapshot, "--trigger-uris", str(file)) == 2
    assert str(file) in site.err
    assert "planted-signature-1" not in site.out + site.err


def test_retiring_keeps_the_list_as_it_is_and_removes_the_files(site: Site) -> None:
    site.run("deploy")
    assert site.run("retire", IDS[0], "--reason", "Replaced: see the wiki") == 0
    text = (site.root / "detections/retired.yaml").read_text("utf-8")
    before = (CONTENT / "detections/retired.yaml").read_text("utf-8")
    assert text.startswith(before)
    entry = yaml.safe_load(text)[-1]
    assert list(entry) == ["id", "kind", "path", "name", "retired", "reason"]
    assert (entry["id"], entry["reason"]) == (IDS[0], "Replaced: see the wiki")
    assert not list((site.root / "detections/area").glob("rule-0*"))
    assert site.run("plan") == 0
    assert "orphan: retired" in site.out
    assert site.run("deploy", "--prune") == 0
    assert set(ours(site.portal)) == set(IDS[1:])


@pytest.mark.parametrize("text", [None, "", "# nothing yet\n", "[]\n", "---\n[]\n", "# a\r\n"])
def test_retiring_begins_a_list_where_there_is_none(site: Site, text: str | None) -> None:
    path = site.root / "detections/retired.yaml"
    path.unlink()
    if text is not None:
        path.write_bytes(text.encode())
    assert site.run("retire", IDS[0], "--reason", "x") == 0
    assert [entry["id"] for entry in yaml.safe_load(path.read_text("utf-8"))] == [IDS[0]]
    assert site.run("plan") == 0


@pytest.mark.parametrize("reason", ["", "   "])
def test_retiring_needs_a_reason(site: Site, reason: str) -> None:
    assert site.run("retire", IDS[0], "--reason", reason) == 2
    assert (site.root / "detections/area/rule-0.yaml").exists()


def test_going_too_far_is_refused_before_anything_is_touched(site: Site) -> None:
    site.run("deploy")
    for number in range(3):
        site.run("retire", IDS[number], "--reason", "x")
    before = site.portal.rules()
    report = site.root / "report.json"
    arguments = ("--prune", "--max-deletes", "2", "--report", str(report))
    assert site.run("deploy", *arguments) == 1
    assert "--max-deletes" in site.err
    assert site.portal.rules() == before
    outcomes = {r["outcome"] for r in json.loads(report.read_text("utf-8"))["results"]}
    assert outcomes == {"not-attempted"}
    assert site.run("deploy", "--prune") == 0


def test_a_blocked_rule_ends_a_plan_with_one_and_a_deployment_with_three(site: Site) -> None:
    body = {"kind": "Scheduled", "properties": ours_like("Content rule 0")}
    site.portal.call("PUT", "/somebody-elses", body)
    before = site.portal.rules()["somebody-elses"]
    assert site.run("plan") == 1
    assert "which is not ours" in site.out
    assert site.run("deploy") == 3
    assert set(ours(site.portal)) == set(IDS[1:])
    assert site.portal.rules()["somebody-elses"] == before


def ours_like(name: str) -> dict[str, Any]:
    return {
        "displayName": name,
        "severity": "Low",
        "enabled": True,
        "query": "SigninLogs",
        "queryFrequency": "PT1H",
        "queryPeriod": "PT1H",
        "triggerOperator": "GreaterThan",
        "triggerThreshold": 0,
        "suppressionDuration": "PT5H",
        "suppressionEnabled": False,
    }


def test_content_with_an_error_is_not_deployed(site: Site) -> None:
    site.edit_detection(0, "severity: Medium", "severity: Enormous")
    assert site.run("deploy") == 1
    assert ours(site.portal) == {}


@pytest.mark.parametrize(
    "arguments",
    [
        ("deploy", "--plan", "x", "--prune"),
        ("deploy", "--plan", "nowhere.json"),
        ("deploy", "--recreate", "nobody"),
        ("plan", "--reenable", "nobody"),
        ("plan", "area/rule-0", "--prune"),
        ("deploy", "nowhere"),
    ],
    ids=" ".join,
)
def test_a_wrong_invocation_ends_with_two(site: Site, arguments: tuple[str, ...]) -> None:
    assert site.run(*arguments) == 2


def test_an_unknown_tenant_ends_with_two(site: Site) -> None:
    assert main(["plan", "--root", str(site.root), "--tenant", "nobody"]) == 2
    assert main(["plan", "--root", str(site.root), "--tenant", "../lab"]) == 2


def test_without_a_terminal_yes_is_required(site: Site) -> None:
    assert main(["deploy", "--root", str(site.root), "--tenant", "lab", "--no-kql"]) == 2
    assert ours(site.portal) == {}


def test_a_service_that_is_not_there_ends_with_three(site: Site, waits: list[float]) -> None:
    tenant = site.root / "tenants/lab.yaml"
    document = yaml.safe_load(tenant.read_text("utf-8"))
    document["target"]["cloud"] = "http://127.0.0.1:1"
    tenant.write_text(yaml.safe_dump(document), "utf-8")
    assert site.run("plan") == 3
    assert sum(waits) < 15
    assert "refused" in site.err


def test_with_paths_only_those_rules_are_touched(site: Site) -> None:
    assert site.run("deploy", IDS[1]) == 0
    assert set(ours(site.portal)) == {IDS[1]}


def test_no_secret_is_in_anything_that_is_written(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "planted-secret-1")
    SECRETS.remember("planted-token-1")
    caplog.set_level(logging.DEBUG)
    report, plan = site.root / "report.json", site.root / "plan.json"
    said = ""
    for arguments in (
        ("plan", "-v", "--out", str(plan)),
        ("deploy", "-v", "--plan", str(plan), "--report", str(report)),
        ("drift", "-v"),
        ("snapshot", "-v"),
    ):
        assert site.run(*arguments) == 0
        said += site.out + site.err
    assert "Request URL" in said
    written = [path.read_text("utf-8") for path in (report, plan, *site.snapshots())]
    for text in (said, caplog.text, *written):
        assert "planted-" not in text


@pytest.fixture
def stops(monkeypatch: pytest.MonkeyPatch) -> list[threading.Event]:
    """Return what stops the clients of the commands that run from now on, the latest last."""
    seen: list[threading.Event] = []
    as_it_is = ArmClient.__init__

    def remembering(client: ArmClient, *arguments: Any, **options: Any) -> None:
        as_it_is(client, *arguments, **options)
        seen.append(client.stop)

    monkeypatch.setattr(ArmClient, "__init__", remembering)
    return seen


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(
    "effect", [{"latencyMs": 1}, {"status": 429}], ids=["an answer to come", "a pause"]
)
def test_ctrl_c_finishes_what_is_under_way_and_reports_the_rest(
    make_lab: Callable[..., Lab],
    stops: list[threading.Event],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
    effect: dict[str, int],
) -> None:
    under_way, interrupted = threading.Event(), threading.Event()

    def hold(_seconds: float) -> None:
        under_way.set()
        assert interrupted.wait(KILL_SECONDS)

    # Longer than any machine needs to send a signal; the stop is what ends it.
    monkeypatch.setitem(front_door._RETRY_AFTER, 429, "100")
    monkeypatch.setattr(launch, "FrontDoor", partial(front_door.FrontDoor, sleep=hold))
    lab = make_lab(faults=[{"on": "PUT *", "times": 1, **effect}])
    site = site_at(lab, tmp_path / "content", capsys)
    report = site.root / "report.json"
    main_thread = threading.main_thread().ident
    assert main_thread is not None

    def fired() -> bool:
        url = f"{lab.portal.url}/_emulator/faults"
        with urllib.request.urlopen(url) as answer:  # noqa: S310 - loopback only
            return any(fault["fired"] for fault in json.load(answer)["faults"])

    def interrupt() -> None:
        while not (under_way.is_set() or ("status" in effect and fired())):
            time.sleep(0.01)
        signal.pthread_kill(main_thread, number)
        stops[-1].wait(KILL_SECONDS)
        interrupted.set()

    thread = threading.Thread(target=interrupt)
    thread.start()
    code = site.run("deploy", "--concurrency", "1", "--report", str(report))
    thread.join()
    assert code == 128 + number
    results = {r["id"]: r["outcome"] for r in json.loads(report.read_text("utf-8"))["results"]}
    done = {name for name, outcome in results.items() if outcome == "done"}
    assert done == set(ours(site.portal))
    assert len(done) <= 1
    assert list(results.values()).count("not-attempted") == 2
    assert site.snapshots()
    assert site.run("deploy") == 0
