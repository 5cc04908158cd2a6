"""Watchlists in a workspace: whose a list is, whose its rows are, and what a tenant puts in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.artifacts.unchanged import content_hash
from generator.azure.client import ArmClient
from generator.emulator.launch import EmulatorOptions
from generator.kinds import collections
from generator.kinds.watchlist.live import LiveWatchlists
from tests.deploy.conftest import SUBSCRIPTION, running, target_at
from tests.deploy.repository import repository_at
from tests.deploy.test_commands import Site
from tests.kinds.test_every_kind import CONTENT

KIND = ("--kind", "watchlist")
THEIRS = {"displayName": "Theirs", "provider": "Microsoft", "itemsSearchKey": "UserPrincipalName"}


@pytest.fixture
def site(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Site]:
    with running(EmulatorOptions()) as url:
        root = tmp_path / "content"
        shutil.copytree(CONTENT, root)
        (root / "tenants").mkdir()
        target = {
            "tenantId": SUBSCRIPTION,
            "subscriptionId": SUBSCRIPTION,
            "resourceGroup": "rg-lab",
            "workspace": "law-lab",
            "cloud": url,
        }
        (root / "tenants/lab.yaml").write_text(yaml.safe_dump({"target": target}), "utf-8")
        yield Site(root, None, capsys)  # type: ignore[arg-type]


def tenant(site: Site, **more: Any) -> None:
    path = site.root / "tenants/lab.yaml"
    document = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(yaml.safe_dump({**document, **more}), "utf-8")


@contextmanager
def portal(site: Site) -> Iterator[LiveWatchlists]:
    path = site.root / "tenants/lab.yaml"
    url = yaml.safe_load(path.read_text("utf-8"))["target"]["cloud"]
    with ArmClient(target_at(url), collections()) as arm:
        yield LiveWatchlists(arm, "watchlist")


def rows(site: Site, alias: str) -> list[dict[str, str]]:
    with portal(site) as live:
        return list(live.get(alias)["properties"]["rows"])


def set_rows(site: Site, alias: str, *wanted: dict[str, str]) -> None:
    with portal(site) as live:
        now = live.get(alias)
        live.put(
            alias, {"properties": {**now["properties"], "rows": wanted}}, now["etag"], over=now
        )


def actions(site: Site, *arguments: str) -> dict[str, dict[str, Any]]:
    site.run("plan", *KIND, "--format", "json", *arguments)
    return {action["id"]: action for action in json.loads(site.out)["actions"]}


def test_a_list_of_our_alias_that_somebody_else_made_is_not_taken_over(site: Site) -> None:
    row = {"UserPrincipalName": "eve@contoso.com", "Reason": "theirs"}
    with portal(site) as live:
        live.put("vipusers", {"properties": {**THEIRS, "rows": [row]}}, None)
    assert site.run("plan", *KIND) == 1
    assert "--adopt vipusers" in site.out
    assert site.run("deploy", *KIND) == 3
    assert rows(site, "VipUsers") == [row]
    assert site.run("deploy", *KIND, "--adopt", "VipUsers") == 0
    assert {one["UserPrincipalName"] for one in rows(site, "VipUsers")} == {
        "ann@contoso.com",
        "bob@contoso.com",
    }
    set_rows(site, "VipUsers", row)
    assert actions(site)["vipusers"]["action"] == "update"
    assert site.run("deploy", *KIND) == 0
    assert row not in rows(site, "VipUsers")


def test_nobody_elses_list_is_pruned(site: Site) -> None:
    assert site.run("deploy", *KIND) == 0
    with portal(site) as live:
        live.delete("VipUsers", live.get("VipUsers")["etag"])
        live.put("VipUsers", {"properties": {**THEIRS, "rows": []}}, None)
    assert site.run("retire", "VipUsers", "--reason", "Replaced") == 0
    assert site.run("deploy", "--prune") == 3
    with portal(site) as live:
        assert live.get("VipUsers")["properties"]["displayName"] == "Theirs"


def test_only_a_name_of_the_content_can_be_adopted(site: Site) -> None:
    assert site.run("plan", "--adopt", "Nobody") == 2


def test_the_rows_of_a_seed_are_sent_once_and_then_the_workspaces_own(site: Site) -> None:
    assert site.run("deploy", *KIND) == 0
    (seed,) = rows(site, "ApprovedNetworks")
    assert seed["Cidr"] == "203.0.113.0/24"
    own = {"Cidr": "198.51.100.0/24", "Description": "office"}
    set_rows(site, "ApprovedNetworks", own)
    assert site.run("drift", *KIND) == 0
    path = site.root / "watchlists/networks.yaml"
    path.write_text(path.read_text("utf-8").replace("Approved networks", "Networks"), "utf-8")
    (change,) = actions(site)["ApprovedNetworks"]["changes"]
    assert change["path"] == "properties.displayName"
    assert site.run("deploy", *KIND) == 0
    assert rows(site, "ApprovedNetworks") == [own]


def test_a_plan_shows_each_row_that_comes_or_goes(site: Site) -> None:
    assert site.run("deploy", *KIND) == 0
    path = site.root / "watchlists/vip-users.csv"
    path.write_text(path.read_text("utf-8").replace("bob@", "rob@"), "utf-8")
    changes = actions(site)["VipUsers"]["changes"]
    assert [(c["path"], c["live"] is None) for c in changes] == [
        ("properties.rows", False),
        ("properties.rows", True),
    ]
    assert site.run("plan", *KIND) == 0
    assert "rob@contoso.com" in site.out
    assert "ann@contoso.com" not in site.out


def test_a_tenant_has_rows_of_its_own(site: Site) -> None:
    own = {"UserPrincipalName": "zoe@fabrikam.com", "Reason": "7"}
    (site.root / "tenants/zoe.csv").write_text("Reason,UserPrincipalName\n7,zoe@fabrikam.com\n")
    for said in ({"rows": [{**own, "Reason": 7}]}, {"file": "zoe.csv"}):
        tenant(site, watchlists={"vipusers": said})
        assert site.run("deploy", *KIND) == 0
        assert rows(site, "VipUsers") == [own]


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"Nobody": {"rows": []}}, "holds no document of this name"),
        ({"VipUsers": {"row": []}}, "row"),
        ({"VipUsers": {}}, "needs either file or rows"),
        ({"VipUsers": {"file": "x.csv", "rows": []}}, "needs either file or rows"),
        ({"VipUsers": {"file": "../../x.csv"}}, "does not lie in the content repository"),
        ({"VipUsers": {"file": "nowhere.csv"}}, "nowhere.csv"),
        ({"VipUsers": {"rows": [{"UserPrincipalNam": "x"}]}}, "did you mean"),
    ],
)
def test_what_a_tenant_says_wrong_of_a_list_is_told(
    site: Site, said: dict[str, Any], word: str
) -> None:
    tenant(site, watchlists=said)
    assert site.run("plan", *KIND) in {1, 2}
    assert word in site.err + site.out


def test_too_many_rows_at_once_are_refused_before_anything_is_written(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert site.run("deploy", *KIND) == 0
    monkeypatch.setattr("generator.kinds.watchlist.kind.MAX_ROW_CHANGES", 2)
    path = site.root / "watchlists/vip-users.csv"
    path.write_text("Reason,UserPrincipalName\n" + "".join(f"x,u{n}@x\n" for n in range(2)))
    assert site.run("plan", *KIND) == 1
    assert "one deployment changes 2" in site.out


def test_what_queries_look_up_is_known_with_its_columns(site: Site) -> None:
    path = site.root / "hunting/area/tuned.yaml"
    for query, code in (
        ("_GetWatchlist('VipUsers') | project UserPrincipalName, SearchKey", None),
        ("_GetWatchlist('VipUsers') | project UserPrincipleName", "SG406"),
        ("_GetWatchlist('VipUser')", "SG434"),
    ):
        head = "id: 5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d12\nname: One\nversion: 1.0.0\n"
        path.write_text(f"{head}query: |\n  {query}\n", "utf-8")
        site.run("validate", "--format", "json", "--require-kql")
        found = {f["code"] for f in json.loads(site.out)["findings"] if f["severity"] == "error"}
        assert found == ({code} if code else set())


def test_a_changed_file_of_rows_is_a_change_of_the_repository(site: Site) -> None:
    repository = repository_at(site.root)
    repository.commit(-3)
    assert site.run("deploy") == 0
    path = site.root / "watchlists/vip-users.csv"
    path.write_text(path.read_text("utf-8").replace("bob@", "rob@"), "utf-8")
    repository.commit(-2)
    assert site.run("drift", "--format", "json") == 0
    (drift,) = json.loads(site.out)["rules"]
    assert (drift["id"], drift["status"]) == ("VipUsers", "not-deployed")
    assert actions(site)["VipUsers"]["origin"]["source"] == "repository"


@pytest.mark.parametrize("place", ["watchlists/vip-users.yaml", "tenants/lab.yaml"])
def test_what_is_made_of_a_file_elsewhere_is_never_called_unchanged(site: Site, place: str) -> None:
    assert content_hash(site.root, ()) is not None
    path = site.root / place
    path.write_text(path.read_text("utf-8") + "# ../elsewhere.csv\n", "utf-8")
    assert content_hash(site.root, ()) is None


def test_a_list_that_a_rule_looks_up_goes_first_and_is_not_deleted_from_under_it(
    site: Site,
) -> None:
    path = site.root / "detections/area/rule-0.yaml"
    looked_up = "  | where UserPrincipalName in (_GetWatchlist('vipusers') | project SearchKey)\n"
    text = path.read_text("utf-8")
    path.write_text(text.replace("  | where ResultType == '0'\n", looked_up), "utf-8")
    assert looked_up in path.read_text("utf-8")
    assert site.run("plan") == 0
    assert "area/rule-0 waits for watchlists/vip-users" in site.out
    assert site.run("deploy") == 0
    assert site.run("plan") == 0
    assert "waits for" not in site.out
    assert site.run("retire", "VipUsers", "--reason", "Replaced") == 0
    assert site.run("plan", "--prune", *KIND) == 1
    assert "the query of area/rule-0 refers to it" in site.out
    assert site.run("deploy", "--prune") == 3
    assert rows(site, "VipUsers")
