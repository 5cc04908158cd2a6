"""Where a difference comes from: the repository's own past, or somebody outside."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.past import history
from tests.deploy.conftest import Lab, Portal
from tests.deploy.repository import Repository, repository_at
from tests.deploy.test_commands import IDS, Site, site_at

SOON = 0.02
"""Days: half an hour from now, which is after the last write and no clock that is badly wrong."""

NEW_ID = "bbbbbbbb-0000-4000-8000-000000000005"


@dataclass
class Place:
    """A content repository under git, a workspace, and the command line between them."""

    site: Site
    repository: Repository

    @property
    def root(self) -> Path:
        return self.site.root

    @property
    def portal(self) -> Portal:
        return self.site.portal

    def edit(self, number: int, old: str, new: str) -> None:
        self.site.edit_detection(number, old, new)

    def commit(self, days: float) -> str:
        return self.repository.commit(days)

    def add(self, name: str = "rule-5", id_: str = NEW_ID, title: str = "Added rule") -> None:
        text = (self.root / "detections/area/rule-1.yaml").read_text("utf-8")
        text = text.replace(IDS[1], id_).replace("Content rule 1", title)
        (self.root / f"detections/area/{name}.yaml").write_text(text, "utf-8")

    def drift(self, *arguments: str) -> tuple[int, dict[str, dict[str, Any]]]:
        """Return the exit code and the rules that differ, by id."""
        code = self.site.run("drift", "--format", "json", *arguments)
        return code, {rule["id"]: rule for rule in json.loads(self.site.out)["rules"]}

    def plan(self, *arguments: str) -> dict[str, dict[str, Any]]:
        assert self.site.run("plan", "--format", "json", *arguments) in {0, 1}
        return {action["id"]: action for action in json.loads(self.site.out)["actions"]}

    def deploy(self, *arguments: str) -> None:
        assert self.site.run("deploy", *arguments) == 0, self.site.err

    def is_enabled(self, number: int) -> bool:
        return bool(self.portal.rules()[IDS[number]]["properties"]["enabled"])


@pytest.fixture(params=[".", "content/sentinel"], ids=["root", "subfolder"])
def place(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> Place:
    """Committed ten days ago, deployed now."""
    repository = repository_at(tmp_path / "repository")
    root = tmp_path / "repository" / str(request.param)
    site = site_at(lab, tmp_path / "copied", capsys)
    shutil.copytree(site.root, root, dirs_exist_ok=True)
    site.root = root
    made = Place(site, repository)
    made.commit(-10)
    made.deploy()
    return made


def statuses(rules: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {id_: rule["status"] for id_, rule in rules.items()}


def test_a_commit_that_is_not_deployed_yet_is_no_drift(place: Place) -> None:
    first = place.repository.git("rev-parse", "HEAD")
    place.edit(0, "severity: Medium", "severity: High")
    place.commit(-1)
    code, rules = place.drift()
    assert (code, statuses(rules)) == (0, {IDS[0]: "not-deployed"})
    assert rules[IDS[0]]["origin"]["source"] == "repository"
    assert rules[IDS[0]]["origin"]["commit"] == first
    assert place.site.run("drift") == 0
    assert first[:10] in place.site.out


def test_what_equals_no_commit_was_changed_outside(place: Place) -> None:
    place.edit(0, "severity: Medium", "severity: High")
    place.commit(-1)
    place.portal.edit(IDS[0], severity="Low")
    place.portal.edit(IDS[1], description="edited in the portal")
    code, rules = place.drift()
    assert (code, statuses(rules)) == (1, {IDS[0]: "changed", IDS[1]: "changed"})
    assert {rule["origin"]["source"] for rule in rules.values()} == {"outside"}


def test_the_plan_says_the_same_origin_in_every_form(place: Place) -> None:
    first = place.repository.git("rev-parse", "HEAD")
    place.edit(0, "severity: Medium", "severity: High")
    place.commit(-1)
    place.portal.edit(IDS[1], severity="Low")
    actions = place.plan()
    assert actions[IDS[0]]["origin"]["source"] == "repository"
    assert actions[IDS[0]]["origin"]["commit"] == first
    assert actions[IDS[1]]["origin"]["source"] == "outside"
    assert actions[IDS[2]]["origin"] is None
    for form in ("text", "markdown"):
        place.site.run("plan", "--format", form)
        assert f"live as at {first[:10]}" in place.site.out
        assert "changed outside" in place.site.out


def test_a_plan_with_origins_can_be_deployed(place: Place) -> None:
    place.edit(0, "severity: Medium", "severity: High")
    place.commit(-1)
    plan = str(place.root / ".sentinelgen/plan.json")
    place.plan("--out", plan)
    place.deploy("--plan", plan)
    assert place.drift() == (0, {})


def test_a_parameter_of_the_tenant_counts_with_the_value_of_its_commit(place: Place) -> None:
    place.edit(
        0, "query: |", "parameters:\n  code: {type: string, default: '1', description: d}\nquery: |"
    )
    place.edit(0, "ResultType == '0'", "ResultType == {{ code }}")
    tenant = place.root / "tenants/lab.yaml"
    plain = tenant.read_text("utf-8")
    tenant.write_text(plain + "parameters: {code: '50126'}\n", "utf-8")
    second = place.commit(-5)
    place.deploy()
    assert "50126" in place.portal.rules()[IDS[0]]["properties"]["query"]
    tenant.write_text(plain + "parameters: {code: '50053'}\n", "utf-8")
    place.commit(-1)
    code, rules = place.drift()
    assert (code, statuses(rules)) == (0, {IDS[0]: "not-deployed"})
    assert rules[IDS[0]]["origin"]["commit"] == second


def test_a_template_counts_with_the_text_of_its_commit(place: Place) -> None:
    template = place.root / "detections/_templates/signins.kql.j2"
    template.parent.mkdir()
    template.write_text("SigninLogs | where ResultType == {{ result }}\n", "utf-8")
    path = place.root / "detections/area/rule-0.yaml"
    text = path.read_text("utf-8")
    query = text[text.index("query: |") : text.index("entityMappings")]
    path.write_text(
        text.replace(query, "template: signins\nvalues: {result: '0'}\n"),
        "utf-8",
    )
    second = place.commit(-5)
    place.deploy()
    template.write_text("SigninLogs | where ResultType != {{ result }}\n", "utf-8")
    place.commit(-1)
    code, rules = place.drift()
    assert (code, statuses(rules)) == (0, {IDS[0]: "not-deployed"})
    assert rules[IDS[0]]["origin"]["commit"] == second


def test_a_rule_is_known_by_its_id_wherever_its_file_was(place: Place) -> None:
    first = place.repository.git("rev-parse", "HEAD")
    place.edit(0, "severity: Medium", "severity: High")
    old = place.root / "detections/area/rule-0.yaml"
    new = place.root / "detections/elsewhere/renamed.yaml"
    new.parent.mkdir()
    old.rename(new)
    (place.root / "detections/area/rule-0.tests.yaml").rename(new.with_suffix(".tests.yaml"))
    place.commit(-1)
    code, rules = place.drift()
    assert (code, rules[IDS[0]]["status"]) == (0, "not-deployed")
    assert rules[IDS[0]]["origin"]["commit"] == first


def test_a_retired_rule_says_whether_somebody_changed_it(place: Place) -> None:
    place.portal.edit(IDS[1], severity="Low")
    for rule_id in IDS[:2]:
        assert place.site.run("retire", rule_id, "--reason", "gone") == 0
    place.commit(-1)
    code, rules = place.drift()
    assert (code, statuses(rules)) == (0, {IDS[0]: "orphan", IDS[1]: "orphan"})
    actions = place.plan("--prune")
    assert {actions[rule_id]["action"] for rule_id in IDS[:2]} == {"delete"}
    assert actions[IDS[0]]["origin"]["source"] == "repository"
    assert actions[IDS[1]]["origin"]["source"] == "outside"


def test_a_change_of_kind_is_not_deployed_until_it_is_recreated(place: Place) -> None:
    text = (place.root / "detections/area/rule-0.yaml").read_text("utf-8")
    schedule = text[text.index("kind: Scheduled") : text.index("tactics")]
    place.edit(0, schedule, "kind: NRT\n")
    place.commit(-1)
    assert statuses(place.drift()[1]) == {IDS[0]: "not-deployed"}
    action = place.plan()[IDS[0]]
    assert (action["action"], action["origin"]["source"]) == ("blocked", "repository")


def test_a_rule_rolled_back_to_a_much_older_commit_is_found_there(place: Place) -> None:
    first = place.repository.git("rev-parse", "HEAD")
    for age, severity in enumerate(("High", "Low", "Informational"), start=1):
        path = place.root / "detections/area/rule-0.yaml"
        lines = path.read_text("utf-8").splitlines(keepends=True)
        changed = [f"severity: {severity}\n" if "severity:" in line else line for line in lines]
        path.write_text("".join(changed), "utf-8")
        place.commit(age - 9)
    code, rules = place.drift()
    assert (code, rules[IDS[0]]["origin"]["commit"]) == (0, first)


def test_uncommitted_changes_are_held_against_the_last_commit(place: Place) -> None:
    first = place.repository.git("rev-parse", "HEAD")
    place.edit(0, "severity: Medium", "severity: High")
    place.add()
    code, rules = place.drift()
    assert (code, statuses(rules)) == (0, {IDS[0]: "not-deployed", NEW_ID: "not-deployed"})
    assert rules[IDS[0]]["origin"]["commit"] == first
    assert "not committed yet" in rules[NEW_ID]["origin"]["text"]


def test_both_sides_of_a_merge_are_looked_at(place: Place) -> None:
    git = place.repository.git
    git("checkout", "--quiet", "-b", "side")
    place.edit(0, "severity: Medium", "severity: High")
    side = place.commit(-6)
    place.deploy()
    git("checkout", "--quiet", "main")
    place.edit(0, "severity: Medium", "severity: Low")
    place.commit(-5)
    # The merge takes nothing from the side: a history that is simplified would not have it.
    git("merge", "--quiet", "--no-ff", "--strategy=ours", "--message=m", "side", days=-4)
    merge = git("rev-parse", "HEAD")
    code, rules = place.drift()
    assert (code, rules[IDS[0]]["origin"]["commit"]) == (0, side)
    place.deploy()
    place.edit(0, "severity: Low", "severity: Informational")
    place.commit(-1)
    assert place.drift()[1][IDS[0]]["origin"]["commit"] == merge


def test_what_a_merge_made_of_both_sides_is_a_state_of_its_own(place: Place) -> None:
    git = place.repository.git
    git("checkout", "--quiet", "-b", "side")
    place.edit(0, "version: 1.0.0", "version: 1.0.0\nenabled: false")
    place.commit(-6)
    git("checkout", "--quiet", "main")
    place.edit(0, "severity: Medium", "severity: Low")
    place.commit(-5)
    git("merge", "--quiet", "--no-ff", "--message=m", "side", days=-4)
    merge = git("rev-parse", "HEAD")
    place.deploy()
    place.edit(0, "severity: Low", "severity: High")
    place.commit(-1)
    code, rules = place.drift()
    assert (code, rules[IDS[0]]["origin"]["commit"]) == (0, merge)


def test_a_rule_that_was_switched_off_outside_stays_off_and_is_verified_so(place: Place) -> None:
    place.portal.edit(IDS[0], enabled=False)
    code, rules = place.drift()
    assert (code, statuses(rules)) == (1, {IDS[0]: "changed"})
    assert rules[IDS[0]]["reason"] == "disabled outside"
    action = place.plan()[IDS[0]]
    assert (action["action"], action["reason"]) == ("unchanged", "disabled outside")
    before = place.portal.rules()[IDS[0]]
    place.deploy()
    assert "disabled outside" in place.site.out
    assert place.portal.rules()[IDS[0]] == before


def test_a_change_goes_to_a_rule_that_stays_off(place: Place) -> None:
    place.edit(0, "severity: Medium", "severity: High")
    place.commit(-1)
    place.portal.edit(IDS[0], enabled=False)
    code, rules = place.drift()
    assert (code, rules[IDS[0]]["status"]) == (1, "changed")
    assert rules[IDS[0]]["reason"] == "disabled outside"
    action = place.plan()[IDS[0]]
    assert (action["action"], action["reason"]) == ("update", "disabled outside")
    assert [change["path"] for change in action["changes"]] == ["properties.severity"]
    assert action["desired"]["properties"]["enabled"] is False
    place.deploy()
    live = place.portal.rules()[IDS[0]]["properties"]
    assert (live["severity"], live["enabled"]) == ("High", False)
    # The next run knows it still.
    assert place.plan()[IDS[0]]["reason"] == "disabled outside"


def test_a_rule_that_was_switched_off_outside_is_enabled_on_request(place: Place) -> None:
    place.portal.edit(IDS[0], enabled=False)
    place.site.run("plan")
    assert f"--reenable ID enables one: {IDS[0]}" in place.site.out
    place.deploy("--reenable", IDS[0])
    assert place.is_enabled(0)
    assert place.drift() == (0, {})


def test_a_saved_plan_keeps_a_rule_off_only_where_it_is_off(place: Place) -> None:
    place.edit(0, "severity: Medium", "severity: High")
    place.commit(-1)
    place.portal.edit(IDS[0], enabled=False)
    plan = place.root / ".sentinelgen/plan.json"
    place.plan("--out", str(plan))
    place.deploy("--plan", str(plan))
    assert not place.is_enabled(0)
    # A plan that says so of a rule that runs is no way to switch it off.
    document = json.loads(plan.read_text("utf-8"))
    action = next(item for item in document["actions"] if item["id"] == IDS[0])
    place.deploy("--reenable", IDS[0])
    action["etag"] = place.portal.rules()[IDS[0]]["etag"]
    plan.write_text(json.dumps(document), "utf-8")
    assert place.site.run("deploy", "--plan", str(plan)) == 2
    assert place.is_enabled(0)


def test_drift_against_a_plan_that_left_a_rule_off_says_so(place: Place) -> None:
    place.portal.edit(IDS[0], enabled=False)
    plan = str(place.root / ".sentinelgen/plan.json")
    place.plan("--out", plan)
    code, rules = place.drift("--against", plan)
    assert (code, rules[IDS[0]]["reason"]) == (1, "disabled outside")


def test_a_rule_that_the_content_switches_off_is_nothing_special(place: Place) -> None:
    place.portal.edit(IDS[0], enabled=False)
    place.edit(0, "version: 1.0.0", "version: 1.0.0\nenabled: false")
    place.edit(0, "severity: Medium", "severity: High")
    place.commit(-1)
    action = place.plan()[IDS[0]]
    assert (action["action"], action["reason"]) == ("update", None)


def test_a_rule_that_the_content_had_switched_off_is_enabled_when_the_content_says_so(
    place: Place,
) -> None:
    place.edit(0, "version: 1.0.0", "version: 1.0.0\nenabled: false")
    place.commit(-5)
    place.deploy()
    place.edit(0, "enabled: false", "enabled: true")
    # Committed after the workspace was written last: it cannot have been deployed.
    place.commit(SOON)
    code, rules = place.drift()
    assert (code, statuses(rules)) == (0, {IDS[0]: "not-deployed"})
    place.deploy()
    assert place.is_enabled(0)


def test_a_rule_that_somebody_switched_off_again_is_not_taken_for_its_own_past(
    place: Place,
) -> None:
    place.edit(0, "version: 1.0.0", "version: 1.0.0\nenabled: false")
    place.commit(-5)
    place.edit(0, "enabled: false", "enabled: true")
    place.commit(-4)
    place.deploy()
    place.portal.edit(IDS[0], enabled=False)
    code, rules = place.drift()
    assert (code, rules[IDS[0]]["reason"]) == (1, "disabled outside")
    place.deploy()
    assert not place.is_enabled(0)


def test_a_rule_that_sentinel_switched_off_is_said_to_be_so(place: Place) -> None:
    name = place.portal.rules()[IDS[0]]["properties"]["displayName"]
    place.portal.edit(IDS[0], enabled=False, displayName=f"AUTO DISABLED {name}")
    code, rules = place.drift()
    assert (code, rules[IDS[0]]["status"]) == (1, "changed")
    assert "Sentinel" in rules[IDS[0]]["origin"]["text"]
    assert place.plan()[IDS[0]]["action"] == "blocked"


def test_a_new_rule_waits_for_its_deployment_where_another_rule_lags_behind_too(
    place: Place,
) -> None:
    place.edit(0, "severity: Medium", "severity: High")
    place.add()
    # After the last write, and not young by our clock: only the other rule can tell.
    place.commit(1)
    code, rules = place.drift()
    assert (code, statuses(rules)) == (0, {IDS[0]: "not-deployed", NEW_ID: "not-deployed"})


def test_a_rule_that_was_deleted_is_missing_when_another_rule_shows_its_deployment(
    place: Place,
) -> None:
    place.edit(0, "severity: Medium", "severity: High")
    place.add()
    place.commit(-1)
    place.deploy()
    place.portal.call("DELETE", f"/{NEW_ID}")
    code, rules = place.drift()
    assert (code, statuses(rules)) == (1, {NEW_ID: "missing"})
    assert IDS[0] in rules[NEW_ID]["origin"]["text"]
    assert place.plan()[NEW_ID]["origin"]["source"] == "unknown"


def test_a_rule_that_was_there_from_the_start_is_missing(place: Place) -> None:
    place.portal.call("DELETE", f"/{IDS[1]}")
    assert statuses(place.drift()[1]) == {IDS[1]: "missing"}


@pytest.mark.parametrize(("days", "status"), [(-1, "not-deployed"), (-9, "missing")])
def test_an_addition_of_which_nothing_tells_waits_for_a_bounded_time_and_says_so(
    place: Place, days: float, status: str
) -> None:
    place.add()
    place.commit(days)
    code, rules = place.drift()
    assert (code, statuses(rules)) == (int(status == "missing"), {NEW_ID: status})
    assert "nothing tells whether it was ever live" in rules[NEW_ID]["origin"]["text"]


def test_a_rule_that_is_put_back_to_an_older_version_is_named_with_both_commits_and_times(
    place: Place,
) -> None:
    first = place.repository.git("rev-parse", "HEAD")
    live = place.portal.rules()[IDS[0]]["properties"]
    place.edit(0, "severity: Medium", "severity: High")
    second = place.commit(-1)
    place.deploy()
    place.portal.edit(IDS[0], **live)
    # No other rule shows that the second commit was deployed.
    code, rules = place.drift()
    assert (code, statuses(rules)) == (0, {IDS[0]: "not-deployed"})
    origin = rules[IDS[0]]["origin"]
    assert (origin["commit"], origin["replacedBy"]) == (first, second)
    assert origin["written"] in origin["text"]
    assert second[:10] in origin["text"]
    assert "put back" in place.plan()[IDS[0]]["origin"]["text"]
    assert place.site.run("drift", "--quiet") == 0
    assert f"somebody put them back: {IDS[0]}" in place.site.err


def test_a_rule_that_is_put_back_is_changed_where_another_rule_shows_what_was_deployed(
    place: Place,
) -> None:
    live = place.portal.rules()[IDS[0]]["properties"]
    for number in (0, 1):
        place.edit(number, "severity: Medium", "severity: High")
    place.commit(-1)
    place.deploy()
    place.portal.edit(IDS[0], **live)
    code, rules = place.drift()
    assert (code, statuses(rules)) == (1, {IDS[0]: "changed"})
    assert rules[IDS[0]]["origin"]["source"] == "outside"
    assert IDS[1] in rules[IDS[0]]["origin"]["text"]
    assert place.plan()[IDS[0]]["origin"] == rules[IDS[0]]["origin"]
    assert place.site.run("drift", "--quiet") == 1
    assert f"changed area/rule-0 ({IDS[0]})" in place.site.out


def test_a_rule_that_no_deployment_has_reached_yet_is_not_put_back(place: Place) -> None:
    place.edit(0, "severity: Medium", "severity: High")
    place.edit(1, "severity: Medium", "severity: High")
    place.commit(-1)
    # Only one of the two, so that the other one is as it was, and was written before.
    place.deploy("detections/area/rule-1.yaml")
    code, rules = place.drift()
    assert (code, statuses(rules)) == (0, {IDS[0]: "not-deployed"})


def test_a_rollback_is_not_taken_for_somebody_else(place: Place) -> None:
    for number in (0, 1):
        place.edit(number, "severity: Medium", "severity: High")
    place.commit(-1)
    assert place.site.run("snapshot") == 0
    snapshot = place.site.out.strip()
    place.deploy()
    assert place.site.run("rollback", snapshot) == 0
    code, rules = place.drift()
    assert (code, statuses(rules)) == (0, dict.fromkeys(IDS[:2], "not-deployed"))
    assert "rolled back" in rules[IDS[0]]["origin"]["text"]


def test_a_merge_enables_a_rule_although_its_branch_is_older_than_the_last_write(
    place: Place,
) -> None:
    git = place.repository.git
    place.edit(0, "version: 1.0.0", "version: 1.0.0\nenabled: false")
    place.commit(-5)
    git("checkout", "--quiet", "-b", "side")
    place.edit(0, "enabled: false", "enabled: true")
    place.commit(-4)
    git("checkout", "--quiet", "main")
    place.deploy()
    git("merge", "--quiet", "--no-ff", "--message=m", "side", days=SOON)
    code, rules = place.drift()
    assert (code, statuses(rules)) == (0, {IDS[0]: "not-deployed"})
    place.deploy()
    assert place.is_enabled(0)


@pytest.mark.parametrize("days", [-3000, 1500], ids=["behind", "ahead"])
def test_a_clock_that_was_wrong_enables_no_rule_that_somebody_switched_off(
    place: Place, days: float
) -> None:
    place.edit(0, "version: 1.0.0", "version: 1.0.0\nenabled: false")
    place.commit(-5)
    place.edit(0, "enabled: false", "enabled: true")
    place.commit(days)
    place.deploy()
    place.portal.edit(IDS[0], enabled=False)
    code, rules = place.drift()
    assert (code, rules[IDS[0]]["reason"]) == (1, "disabled outside")
    place.deploy()
    assert not place.is_enabled(0)


def test_a_rule_that_was_written_before_an_addition_does_not_show_its_deployment(
    place: Place,
) -> None:
    place.edit(0, "severity: Medium", "severity: High")
    place.commit(SOON / 2)
    # Never deployed, and taken back together with the addition.
    place.edit(0, "severity: High", "severity: Medium")
    place.add()
    place.commit(SOON)
    code, rules = place.drift()
    assert (code, statuses(rules)) == (0, {NEW_ID: "not-deployed"})


def test_a_rule_that_was_put_back_does_not_show_that_a_deleted_one_was_never_there(
    place: Place,
) -> None:
    live = place.portal.rules()[IDS[0]]["properties"]
    place.edit(0, "severity: Medium", "severity: High")
    place.add()
    place.commit(-9)
    place.deploy()
    place.portal.edit(IDS[0], **live)
    place.portal.call("DELETE", f"/{NEW_ID}")
    code, rules = place.drift()
    assert (code, rules[NEW_ID]["status"]) == (1, "missing")


def test_a_plan_names_the_rules_that_it_enables_although_nothing_explains_it(
    place: Place,
) -> None:
    place.portal.edit(IDS[0], enabled=False, severity="Low")
    place.edit(1, "version: 1.0.0", "version: 1.0.0\nenabled: false")
    place.commit(-5)
    place.deploy("detections/area/rule-1.yaml")
    place.edit(1, "enabled: false", "enabled: true")
    place.commit(SOON)
    actions = place.plan()
    assert {actions[IDS[number]]["action"] for number in (0, 1)} == {"update"}
    (note,) = [line for line in place.site.err.splitlines() if "will be enabled" in line]
    assert IDS[0] in note
    assert IDS[1] not in note
    place.plan("--reenable", IDS[0])
    assert "will be enabled" not in place.site.err


def test_drift_names_what_it_does_not_compare(place: Place) -> None:
    assert place.drift() == (0, {})
    assert "not compared" not in place.site.err
    # A rule that begins to run in years does not run.
    place.portal.edit(IDS[0], startTimeUtc="2100-01-01T00:00:00Z")
    assert place.drift() == (0, {})
    assert f"startTimeUtc of {IDS[0]}" in place.site.err
    place.portal.edit(IDS[0], **{"\x1b[2J": 1})
    place.drift()
    assert "\x1b[2J" not in place.site.err


def test_without_a_repository_a_difference_is_a_change_and_that_is_said_once(place: Place) -> None:
    place.edit(0, "severity: Medium", "severity: High")
    place.edit(1, "severity: Medium", "severity: High")
    place.commit(-1)
    shutil.rmtree(place.repository.folder / ".git")
    code, rules = place.drift()
    assert (code, statuses(rules)) == (1, {IDS[0]: "changed", IDS[1]: "changed"})
    assert place.site.err.count("the history cannot be read") == 1
    assert "not a git repository" in place.site.err
    assert place.plan()[IDS[0]]["origin"]["source"] == "unknown"
    assert place.site.err.count("the history cannot be read") == 1


def test_without_git_a_difference_is_a_change(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.edit(0, "severity: Medium", "severity: High")
    place.commit(-1)
    monkeypatch.setenv("PATH", "")
    assert place.drift()[0] == 1
    assert "git" in place.site.err


def test_a_shallow_clone_says_that_it_cannot_tell(place: Place, tmp_path: Path) -> None:
    place.edit(0, "severity: Medium", "severity: High")
    place.commit(-1)
    relative = place.root.relative_to(place.repository.folder)
    clone = tmp_path / "clone"
    place.repository.git(
        "clone", "--quiet", "--depth=1", place.repository.folder.as_uri(), str(clone)
    )
    place.site.root = clone / relative
    code, rules = place.drift()
    assert (code, statuses(rules)) == (1, {IDS[0]: "changed"})
    assert rules[IDS[0]]["origin"]["source"] == "unknown"
    assert place.site.err.count("the history is shallow") == 1
    assert "fetch-depth: 0" in place.site.err
    place.site.run("plan")
    assert "the history is shallow" in place.site.out


def test_where_nothing_differs_the_history_is_not_asked(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert place.drift() == (0, {})
    assert "history" not in place.site.err


def test_commits_that_do_not_load_are_counted_and_passed_over(place: Place) -> None:
    first = place.repository.git("rev-parse", "HEAD")
    place.edit(0, "severity: Medium", "severity: [")
    place.commit(-3)
    place.edit(0, "severity: [", "severity: High")
    tenant = place.root / "tenants/lab.yaml"
    good = tenant.read_text("utf-8")
    tenant.write_text("target: nowhere\n", "utf-8")
    place.commit(-2)
    tenant.write_text(good, "utf-8")
    place.commit(-1)
    code, rules = place.drift()
    assert (code, rules[IDS[0]]["origin"]["commit"]) == (0, first)
    place.portal.edit(IDS[0], severity="Low")
    assert place.drift()[0] == 1
    assert "2 of 4 commits are left out" in place.site.err


def test_only_so_many_commits_are_looked_at_and_that_is_said(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MAX_COMMITS", 2)
    for age, severity in enumerate(("High", "Low")):
        place.edit(0, f"severity: {('Medium', 'High')[age]}", f"severity: {severity}")
        place.commit(age - 5)
    code, rules = place.drift()
    assert (code, rules[IDS[0]]["origin"]["source"]) == (1, "outside")
    assert "2 commits that touched this content were looked at, not all" in place.site.err


def test_quiet_drift_leaves_out_what_does_not_count(place: Place) -> None:
    place.edit(0, "severity: Medium", "severity: High")
    place.commit(-1)
    place.portal.edit(IDS[1], severity="Low")
    assert place.site.run("drift", "--quiet") == 1
    assert IDS[1] in place.site.out
    assert IDS[0] not in place.site.out


def test_looking_back_leaves_the_repository_as_it_is(place: Place) -> None:
    place.edit(0, "severity: Medium", "severity: High")
    place.commit(-1)
    place.edit(1, "severity: Medium", "severity: High")

    def state() -> dict[str, tuple[int, bytes]]:
        return {
            str(path): (path.lstat().st_mtime_ns, path.read_bytes())
            for path in sorted(place.repository.folder.rglob("*"))
            if path.is_file() and ".sentinelgen" not in path.parts
        }

    before = state()
    place.drift()
    place.plan()
    assert state() == before


def test_settings_and_hooks_of_a_repository_start_nothing(place: Place, tmp_path: Path) -> None:
    planted, mark = tmp_path / "planted", tmp_path / "ran"
    planted.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n", "utf-8")
    planted.chmod(0o755)
    hooks = place.repository.folder / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for setting in (
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "gpg.program",
        "diff.external",
        "alias.rev-list",
        "pager.ls-tree",
        "uploadpack.packObjectsHook",
        "remote.origin.uploadpack",
    ):
        place.repository.git("config", setting, str(planted))
    place.repository.git("config", "log.showSignature", "true")
    place.repository.git("config", "remote.origin.url", f"ext::{planted}")
    place.repository.git("config", "remote.origin.promisor", "true")
    place.repository.git("config", "protocol.ext.allow", "always")
    for name in ("post-checkout", "post-index-change", "reference-transaction"):
        shutil.copy(planted, hooks / name)
    text = (place.root / "detections/area/rule-0.yaml").read_text("utf-8")
    (place.root / "detections/area/rule-0.yaml").write_text(
        text.replace("severity: Medium", "severity: High"), "utf-8"
    )
    mark.unlink(missing_ok=True)
    blob = f"{_blob(place, 'detections/area/rule-0.yaml')}"
    assert place.drift()[0] == 0
    # An object that is not there is what a partial clone would fetch.
    (place.repository.folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    assert place.drift()[0] == 1
    assert "1 of 1 commits are left out" in place.site.err
    assert not mark.exists()


def _blob(place: Place, file: str) -> str:
    path = (place.root / file).relative_to(place.repository.folder).as_posix()
    return place.repository.git("-c", "core.fsmonitor=false", "rev-parse", f"HEAD:{path}")


def test_a_folder_that_looks_like_a_repository_is_not_taken_for_one(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = site_at(lab, tmp_path / "content", capsys)
    repository = repository_at(site.root)
    made = Place(site, repository)
    made.commit(-5)
    made.deploy()
    # What a checkout can bring: everything of a repository but the name `.git`.
    for entry in (site.root / ".git").iterdir():
        shutil.move(entry, site.root / entry.name)
    (site.root / ".git").rmdir()
    made.edit(0, "severity: Medium", "severity: High")
    assert made.drift()[0] == 1
    assert "the history cannot be read" in site.err


def test_hostile_names_and_dates_of_a_history_are_only_data(place: Place) -> None:
    names = ["a\nb.yaml", "\udcff.yaml", "x" * 250 + ".yaml", "-n.yaml", "\x1b[31m.yaml"]
    folder = place.root / "detections/area"
    text = (folder / "rule-1.yaml").read_text("utf-8").replace("Medium", "[")
    for name in names:
        (folder / name).write_text(text, "utf-8")
    (folder / "link.yaml").symlink_to("/etc/passwd")
    place.commit(-3)
    place.repository.redate("9" * 18)
    for name in (*names, "link.yaml"):
        (folder / name).unlink()
    place.edit(0, "severity: Medium", "severity: High")
    place.commit(-1)
    place.portal.edit(IDS[1], severity="Low")
    code, rules = place.drift()
    assert (code, statuses(rules)) == (1, {IDS[0]: "not-deployed", IDS[1]: "changed"})


def test_a_rollback_puts_back_what_was_there_whatever_the_history_says(place: Place) -> None:
    assert place.site.run("snapshot") == 0
    snapshot = place.site.out.strip()
    place.portal.edit(IDS[0], enabled=False)
    assert place.site.run("rollback", snapshot) == 0
    assert place.is_enabled(0)


def test_a_first_plan_asks_nothing_of_the_history(
    make_lab: Callable[..., Lab], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = site_at(make_lab(), tmp_path / "content", capsys)
    assert site.run("plan", "--format", "json") == 0
    origins = {action["origin"] for action in json.loads(site.out)["actions"]}
    assert origins == {None}
    assert "history" not in site.err


def test_the_tenant_of_the_commit_says_what_it_selected(place: Place) -> None:
    tenant = place.root / "tenants/lab.yaml"
    document = yaml.safe_load(tenant.read_text("utf-8"))
    without = {**document, "select": {"exclude": ["area/rule-1"]}}
    tenant.write_text(yaml.safe_dump(without), "utf-8")
    place.commit(-9)
    place.deploy("--prune")
    tenant.write_text(yaml.safe_dump(document), "utf-8")
    place.edit(0, "severity: Medium", "severity: High")
    place.commit(1)
    code, rules = place.drift()
    assert (code, statuses(rules)) == (0, {IDS[0]: "not-deployed", IDS[1]: "not-deployed"})


def test_a_plan_is_made_where_the_base_says(place: Place) -> None:
    base = place.repository.git("rev-parse", "HEAD")
    tenant = place.root / "tenants/lab.yaml"
    elsewhere = (
        tenant.read_text("utf-8").replace("law-lab", "law-evil").replace("rg-lab", "rg-evil")
    )
    tenant.write_text(elsewhere.replace(place.portal.url, "http://127.0.0.1:9"), "utf-8")
    place.edit(1, "Content rule 1", "Renamed rule 1")
    place.commit(0)
    assert place.site.run("plan", "--format", "json") == 3  # nobody listens there
    assert place.site.run("plan", "--target-from", base, "--format", "json") == 0
    plan = json.loads(place.site.out)
    assert plan["workspaceId"].endswith("/law-lab")
    assert plan["summary"]["update"] == 1


def test_a_rule_whose_detection_went_without_retire_is_named_wherever_it_matters(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It runs on, it is not ours to delete, and its name is taken."""
    site = site_at(lab, tmp_path / "content", capsys)
    repository = repository_at(site.root)
    repository.commit(-3)
    assert site.run("deploy") == 0
    assert "without `sentinelgen retire`" not in site.out + site.err
    (site.root / "detections/area/rule-0.yaml").unlink()
    repository.commit(-2)
    gone = f"{IDS[0]} (detections/area/rule-0.yaml, until "
    assert site.run("plan") == 0
    assert gone in site.out
    assert site.run("plan", "--format", "markdown") == 0
    assert "without" in site.out
    assert site.run("drift") == 0
    assert gone in site.err
    site.edit_detection(1, "Content rule 1", "Content rule 0")
    assert site.run("plan") == 1
    assert f"taken by rule {IDS[0]}, which is not ours" in site.out
