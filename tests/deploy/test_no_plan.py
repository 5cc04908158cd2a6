"""Content of which no plan can be made: a comment that would be empty says what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.deploy.conftest import Lab
from tests.deploy.test_commands import Site, ours_like, site_at

PARAMETERS = """
parameters:
  users:
    type: list of string
    default: []
    description: Never reported.
"""


@pytest.fixture
def too_many(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Site:
    """A catalog without an error, and a tenant whose values make a query too long."""
    site = site_at(lab, tmp_path / "content", capsys)
    site.edit_detection(1, "| where ", "| where UserPrincipalName !in~ ({{ users }}) and ")
    detection = site.root / "detections/area/rule-1.yaml"
    detection.write_text(detection.read_text("utf-8") + PARAMETERS, "utf-8")
    assert site.run("plan") == 0
    tenant = site.root / "tenants/lab.yaml"
    users = [f"user-{number:03}@contoso.example" for number in range(400)]
    document = yaml.safe_load(tenant.read_text("utf-8")) | {"parameters": {"users": users}}
    tenant.write_text(yaml.safe_dump(document), "utf-8")
    return site


def test_a_comment_says_why_there_is_no_plan(too_many: Site) -> None:
    assert too_many.run("plan", "--format", "markdown") == 1
    assert too_many.out.startswith("<h3>No plan for tenant <code>lab</code></h3>\n")
    assert "detections/area/rule-1.yaml&#58;" in too_many.out
    assert "error SG102: " in too_many.out
    assert "detections/area/rule-1.yaml:" in too_many.err


def test_json_holds_the_findings_as_everywhere(too_many: Site) -> None:
    assert too_many.run("plan", "--format", "json") == 1
    document = json.loads(too_many.out)
    assert [item["code"] for item in document["findings"]] == ["SG102"]
    assert document["summary"]["errors"] == 1


def test_text_is_said_once_and_no_plan_is_kept(too_many: Site, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    assert too_many.run("plan", "--out", str(plan)) == 1
    assert too_many.out == ""
    assert "SG102" in too_many.err
    assert not plan.exists()


def test_a_plan_with_a_blocked_rule_is_kept_which_tells_it_from_none(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = site_at(lab, tmp_path / "content", capsys)
    theirs = {"kind": "Scheduled", "properties": ours_like("Content rule 0")}
    site.portal.call("PUT", "/somebody-elses", theirs)
    plan = tmp_path / "plan.json"
    assert site.run("plan", "--format", "markdown", "--out", str(plan)) == 1
    assert site.out.startswith("<h3>Plan for tenant")
    assert plan.exists()
