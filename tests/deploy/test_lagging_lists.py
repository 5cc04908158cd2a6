"""A list that shows what was there a while ago is not believed where anything tells better."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from generator.azure.errors import GoneError
from generator.deploy.plan import Action, ActionKind
from generator.deploy.reading import Reading, read_now
from generator.deploy.recent_writes import MEMORY, Write, recall, remember
from generator.deploy.results import Deployment, Outcome, Result
from generator.deploy.verify import verify
from generator.deploy.workspace import live_rule, read_workspace
from generator.deploy.write_rule import DEPLOYMENT, carry_out
from generator.disk.private_cache import PrivateCache, open_private_cache
from generator.kinds.analytic_rule.kind import ANALYTIC_RULES
from generator.kinds.kind import Key, LiveApi
from tests.deploy.conftest import RULES, Lab, rules_at, target_at
from tests.deploy.hostile import Reply, hostile_service
from tests.deploy.repository import repository_at
from tests.deploy.rules import body, rule_id
from tests.deploy.test_commands import IDS, Site, ours, site_at

STALE = {"on": "GET */alertRules", "staleList": True}


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.deploy.verify.PAUSES", (0.01,) * 4)
    monkeypatch.setattr("generator.deploy.reading.UNSHOWN_PAUSES", (0.01,) * 3)


@pytest.fixture
def stale(make_lab: Callable[..., Lab], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Site:
    return site_at(make_lab(faults=[STALE]), tmp_path / "content", capsys)


def severity(site: Site) -> str:
    rule: dict[str, Any] = site.portal.call("GET", f"/{IDS[0]}")
    return str(rule["properties"]["severity"])


def test_a_deployment_right_after_another_does_not_believe_the_list(stale: Site) -> None:
    assert stale.run("deploy") == 0
    stale.edit_detection(0, "severity: Medium", "severity: High")
    assert stale.run("deploy") == 0
    assert severity(stale) == "High"
    stale.edit_detection(0, "severity: High", "severity: Medium")
    assert stale.run("plan") == 0
    assert "~ 1 update" in stale.out
    assert stale.run("drift") == 1
    assert stale.run("deploy") == 0
    assert severity(stale) == "Medium"


def test_what_was_deleted_a_moment_ago_is_created_again(stale: Site) -> None:
    assert stale.run("deploy") == 0
    assert stale.run("snapshot") == 0
    snapshot = stale.out.strip()
    assert stale.run("retire", IDS[0], "--reason", "x") == 0
    assert stale.run("deploy", "--prune") == 0
    assert not stale.portal.has(IDS[0])
    assert stale.run("rollback", snapshot) == 0
    assert stale.portal.has(IDS[0])


def test_without_a_record_a_rollback_asks_for_what_it_would_call_unchanged(
    stale: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stale.run("deploy") == 0
    assert stale.run("snapshot") == 0
    snapshot = stale.out.strip()
    monkeypatch.setattr("generator.deploy.planner.open_private_cache", lambda _root: None)
    stale.portal.edit(IDS[0], severity="High")
    assert stale.run("rollback", snapshot) == 0
    assert severity(stale) == "Medium"


def test_a_deployment_with_nothing_to_do_reads_a_second_list(
    make_lab: Callable[..., Lab],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("generator.deploy.planner.open_private_cache", lambda _root: None)
    lab = make_lab(faults=[{**STALE, "times": 1}])
    site = site_at(lab, tmp_path / "content", capsys)
    for name, document in [(name, live_body(site, name)) for name in range(3)]:
        site.portal.call("PUT", f"/{IDS[name]}", document)
    site.portal.edit(IDS[2], severity="High")
    assert site.run("deploy", "--report", str(tmp_path / "r.json")) == 3
    results = json.loads((tmp_path / "r.json").read_text("utf-8"))["results"]
    assert {r["id"]: r["outcome"] for r in results}[IDS[2]] == "refused"


def live_body(site: Site, number: int) -> dict[str, Any]:
    """Return a rule as the content says it, as another machine would have deployed it."""
    site.run("plan", "--format", "json")
    actions = json.loads(site.out)["actions"]
    found: dict[str, Any] = next(a["desired"] for a in actions if a["id"] == IDS[number])
    return found


def rule(number: int, etag: str | None, **properties: Any) -> dict[str, Any]:
    document = {"name": rule_id(number), **body(number, **properties)}
    return document if etag is None else {**document, "etag": etag}


class Service:
    """Answers a list from each of some views in turn, and single rules from the last of them."""

    def __init__(self, *views: list[dict[str, Any]]) -> None:
        self.views = list(views)
        self.gets: list[str] = []

    def answer(self, _method: str, path: str) -> Reply:
        path = path.partition("?")[0]
        if path == RULES:
            view = self.views.pop(0) if len(self.views) > 1 else self.views[0]
            return Reply(body=json.dumps({"value": view}).encode())
        name = path.rpartition("/")[2]
        self.gets.append(name)
        found = [item for item in self.views[-1] if item["name"] == name]
        return Reply(body=json.dumps(found[0]).encode()) if found else Reply(404, b"{}")


def read(service: Service, reading: Reading) -> dict[str, str | None]:
    owned = {rule_id(number) for number in range(5)}
    with hostile_service(service.answer) as seen, rules_at(target_at(seen.url)) as client:
        return {key: live.etag for key, live in read_now(client, owned, reading).ours.items()}


def test_two_lists_that_differ_are_settled_by_asking() -> None:
    service = Service(
        [rule(0, '"a"'), rule(1, '"b"'), rule(2, '"c"')],
        [rule(0, '"a"'), rule(1, '"new"'), rule(3, '"d"')],
    )
    found = read(service, Reading(twice=True))
    assert found == {rule_id(0): '"a"', rule_id(1): '"new"', rule_id(3): '"d"'}
    assert sorted(service.gets) == [rule_id(1), rule_id(2), rule_id(3)]


def test_what_was_written_here_is_asked_for_where_the_list_is_not_as_new() -> None:
    now = 1_000_000.0
    recent = {
        rule_id(0): Write(now, '"a"', is_known=True),
        rule_id(1): Write(now, '"b"', is_known=True),
        rule_id(2): Write(now),
        rule_id(3): Write(now, None, is_known=True),
        "foreign/../x": Write(now),
    }
    service = Service([rule(0, '"a"'), rule(1, '"old"'), rule(2, '"c"')])
    read(service, Reading(recent, twice=True))
    assert sorted(service.gets) == [rule_id(1), rule_id(2)]


def test_a_rule_that_is_listed_without_an_etag_is_asked_for() -> None:
    service = Service([rule(0, None)], [rule(0, '"a"')])
    service.views[0][0]["etag"] = "*"
    assert read(service, Reading()) == {rule_id(0): '"a"'}


@pytest.mark.parametrize(("lag", "is_found"), [(0, True), (1, True), (3, True), (4, False)])
def test_what_was_written_here_and_is_said_to_be_gone_is_looked_for_again(
    lag: int, is_found: bool
) -> None:
    """A rule that somebody deleted is gone; one of which a read lags behind is not."""
    recent = {
        rule_id(0): Write(1.0, '"a"', is_known=True),
        rule_id(1): Write(1.0, None, is_known=True),
        "foreign/../x": Write(1.0, '"c"', is_known=True),
    }
    service = Service([])

    def answer(method: str, path: str) -> Reply:
        if len(service.gets) > lag - 1:
            service.views = [[], [rule(0, '"a"')]] if lag < 4 else [[]]
        return service.answer(method, path)

    owned = {rule_id(number) for number in range(5)}
    with hostile_service(answer) as seen, rules_at(target_at(seen.url)) as client:
        found = read_now(client, owned, Reading(recent)).ours
    assert (rule_id(0) in found) is is_found
    assert set(service.gets) == {rule_id(0)}
    assert len(service.gets) == min(lag, 3) + 1


def test_a_rule_that_one_read_says_is_gone_is_deleted_all_the_same() -> None:
    live = live_rule(rule_id(0), rule(0, '"a"'))
    action = Action(rule_id(0), "area/rule-0000", "Scheduled", ActionKind.DELETE, '"a"', "retired")
    absent = Reply(404, b'{"error": {"code": "NotFound", "message": "no such rule"}}')

    def answer(method: str, path: str) -> Reply:
        return absent if method == "GET" else Reply()

    with hostile_service(answer) as seen, rules_at(target_at(seen.url)) as client:
        result = carry_out(client, action, live, DEPLOYMENT)
    assert result.outcome is Outcome.DONE
    sent = [(method, headers.get("If-Match")) for method, _, headers in seen.requests]
    assert sent == [("GET", None), ("DELETE", '"a"')]


def test_a_rule_that_one_list_shows_in_two_versions_is_asked_for() -> None:
    older = rule(0, '"a"', severity="Low") | {"name": rule_id(0).upper()}
    service = Service([older, rule(0, '"old"')], [rule(0, '"b"')])
    assert read(service, Reading()) == {rule_id(0): '"b"'}


def test_a_suspect_is_asked_for_and_where_it_shows_a_lag_every_other_too() -> None:
    suspects = [Key(ANALYTIC_RULES.name, rule_id(0)), Key("another-kind", rule_id(1))]
    alike = [rule(0, '"a"'), rule(1, '"b"'), rule(2, '"c"')]
    service = Service(alike)
    read(service, Reading(suspects=suspects))
    assert service.gets == [rule_id(0)]
    now = [rule(0, '"new"'), rule(1, '"b"'), rule(2, '"newer"')]
    service = Service(alike, now)
    found = read(service, Reading(suspects=suspects))
    assert found == {rule_id(0): '"new"', rule_id(1): '"b"', rule_id(2): '"newer"'}


def test_a_suspect_that_no_list_shows_is_found() -> None:
    suspects = [Key(ANALYTIC_RULES.name, rule_id(1))]
    service = Service([rule(0, '"a"')], [rule(0, '"a"'), rule(1, '"b"')])
    assert read(service, Reading(suspects=suspects)) == {rule_id(0): '"a"', rule_id(1): '"b"'}


class Contradiction(Service):
    """Lists a rule and says of it, for some requests, that there is none."""

    def __init__(self, times: int, *views: list[dict[str, Any]]) -> None:
        super().__init__(*views)
        self.times = times

    def answer(self, method: str, path: str) -> Reply:
        if path.partition("?")[0] != RULES and len(self.gets) < self.times:
            self.gets.append(path)
            return Reply(404, b"{}")
        return super().answer(method, path)


SUSPECT = Reading(suspects=[Key(ANALYTIC_RULES.name, rule_id(0))])
GONE = Reading({rule_id(0): Write(1.0, None, is_known=True)})


@pytest.mark.parametrize(
    ("service", "reading", "is_there", "is_contradicted"),
    [
        (Contradiction(2, [rule(0, '"a"')]), SUSPECT, True, False),
        (Contradiction(99, [rule(0, '"a"')]), SUSPECT, True, True),
        (Contradiction(99, [rule(0, '"a"')], []), SUSPECT, False, False),
        (Contradiction(99, [rule(0, '"a"')]), GONE, False, False),
    ],
    ids=["lag", "contradiction", "deleted elsewhere", "deleted from here"],
)
def test_what_a_list_shows_and_a_read_denies_is_absent_only_where_something_bears_it_out(
    service: Service, reading: Reading, is_there: bool, is_contradicted: bool
) -> None:
    owned = {rule_id(0)}
    with hostile_service(service.answer) as seen, rules_at(target_at(seen.url)) as client:
        workspace = read_now(client, owned, reading)
    assert (rule_id(0) in workspace.ours) is is_there
    assert (rule_id(0) in workspace.contradicted) is is_contradicted


def contradicted_site(site: Site, etag: str = '"a"') -> Contradiction:
    """Return a workspace that lists a rule of a site, as another machine has just written it."""
    document = live_body(site, 0)
    document["properties"] = {**document["properties"], "severity": "High"}
    return Contradiction(99, [{"name": IDS[0], "etag": etag, **document}])


def test_what_is_contradicted_is_blocked_and_neither_created_nor_overwritten(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository_at(site.root).commit(-1)
    service = contradicted_site(site)
    with hostile_service(service.answer) as seen:
        site.move_to(seen.url)
        assert site.run("plan") == 1
        assert "says that there is none" in site.out
        assert site.run("drift", "--format", "json") == 1
        rules = json.loads(site.out)["rules"]
        assert {r["id"]: r["reason"] or "" for r in rules}[IDS[0]].endswith("in some minutes")
        report = tmp_path / "report.json"
        assert site.run("deploy", "--report", str(report)) == 3
        puts = [path for method, path, _ in seen.requests if method == "PUT"]
    assert not [path for path in puts if IDS[0] in path]
    results = json.loads(report.read_text("utf-8"))["results"]
    assert {r["id"]: r["outcome"] for r in results}[IDS[0]] == "refused"


def test_a_plan_of_what_is_contradicted_by_now_leaves_it_alone(site: Site, tmp_path: Path) -> None:
    """The rule is as it was planned on, as far as the list tells; that is not far enough."""
    repository_at(site.root).commit(-1)
    plan, report = tmp_path / "plan.json", tmp_path / "report.json"
    service = contradicted_site(site)
    with hostile_service(service.answer) as seen:
        site.move_to(seen.url)
        service.times = 0
        assert site.run("plan", "--out", str(plan)) == 0
        service.times, service.gets = 99, []
        assert site.run("deploy", "--plan", str(plan), "--report", str(report)) == 3
        puts = [path for method, path, _ in seen.requests if method == "PUT"]
    assert not [path for path in puts if IDS[0] in path]
    results = {r["id"]: r for r in json.loads(report.read_text("utf-8"))["results"]}
    assert results[IDS[0]]["outcome"] == "refused"
    assert "says that there is none" in results[IDS[0]]["error"]


def test_a_creation_replaces_nothing_that_no_read_has_shown(lab: Lab) -> None:
    """Whoever was faster is not overwritten, although every read says that there is nothing."""
    wanted = {**body(0), "properties": {**body(0)["properties"], "severity": "High"}}
    action = Action(rule_id(0), "area/rule-0000", "Scheduled", ActionKind.CREATE, desired=wanted)

    class Blind:
        kind, stop = lab.client.kind, lab.client.stop
        put = staticmethod(lab.client.put)

        def get(self, name: str) -> Any:
            raise GoneError(f"no {name}")

    lab.portal.call("PUT", f"/{rule_id(0)}", body(0))
    result = carry_out(cast("LiveApi", Blind()), action, None, DEPLOYMENT)
    assert result.outcome is Outcome.REFUSED
    assert lab.portal.rules()[rule_id(0)]["properties"]["severity"] != "High"


@pytest.mark.parametrize("retired", [False, True])
def test_a_fresh_checkout_believes_no_list_that_is_older_than_its_last_commits(
    make_lab: Callable[..., Lab],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    retired: bool,
) -> None:
    """One checkout deploys, another one reverts a moment later; no list tells of the first."""
    lab = make_lab(faults=[{"on": "GET */alertRules", "listLagSeconds": 3600}])
    first = site_at(lab, tmp_path / "first", capsys)
    repository = repository_at(first.root)
    repository.commit(-3)
    assert first.run("deploy") == 0
    before = first.portal.call("GET", f"/{IDS[0]}")
    first.edit_detection(0, "severity: Medium", "severity: High")
    repository.commit(-2)
    assert first.run("deploy") == 0
    assert first.portal.call("GET", f"/{IDS[0]}")["etag"] != before["etag"]
    if retired:
        assert first.run("retire", IDS[0], "--reason", "Replaced") == 0
    else:
        first.edit_detection(0, "severity: High", "severity: Medium")
    repository.commit(-1)
    shutil.rmtree(first.root / ".sentinelgen")
    assert first.run("deploy", *(["--prune"] if retired else [])) == 0
    if retired:
        assert not first.portal.has(IDS[0])
    else:
        assert severity(first) == "Medium"


def test_a_name_that_only_looks_like_another_case_of_ours_is_foreign() -> None:
    ligature = "\ufb00ffffff-0000-4000-8000-000000000000"
    ours = "ffffffff-0000-4000-8000-000000000000"
    assert ligature.casefold() == ours
    workspace = read_workspace([{"name": ligature, **body(0)}], [ours])
    assert not workspace.ours
    assert len(workspace.foreign) == 1


@pytest.mark.parametrize(("listed", "outcome"), [("09", Outcome.DONE), ("11", Outcome.FAILED)])
def test_a_read_that_is_older_than_the_list_shows_nothing(listed: str, outcome: Outcome) -> None:
    """Somebody may have written since, of which the rule itself does not tell yet."""

    def at(hour: str, etag: str, severity: str) -> dict[str, Any]:
        moment = f"2026-01-01T{hour}:00:00Z"
        return rule(0, etag, severity=severity, lastModifiedUtc=moment)

    shown = json.dumps({"value": [at(listed, '"other"', "Low")]}).encode()
    copy = json.dumps(at("10", '"ours"', "Medium")).encode()

    def answer(_method: str, path: str) -> Reply:
        return Reply(body=shown if path.partition("?")[0] == RULES else copy)

    action = Action(
        rule_id(0), "area/rule-0000", "Scheduled", ActionKind.UPDATE, '"a"', desired=body(0)
    )
    done = Result(action, Outcome.DONE, etag='"ours"')
    with hostile_service(answer) as seen, rules_at(target_at(seen.url)) as client:
        verified = verify(client, [done], DEPLOYMENT, owned=frozenset([rule_id(0)]), concurrency=1)
    assert [result.outcome for result in verified.results] == [outcome]


@pytest.mark.parametrize("gone", [True, False])
def test_a_rule_that_only_the_last_list_shows_is_asked_for(gone: bool) -> None:
    shown = json.dumps({"value": [rule(0, '"a"')]}).encode()
    absent = Reply(404, b'{"error": {"code": "NotFound", "message": "no such rule"}}')

    def answer(_method: str, path: str) -> Reply:
        is_list = path.partition("?")[0] == RULES
        return Reply(body=shown) if is_list or not gone else absent

    with hostile_service(answer) as seen, rules_at(target_at(seen.url)) as client:
        verified = verify(client, (), DEPLOYMENT, owned=frozenset([rule_id(0)]), concurrency=1)
    assert verified.unseen == (() if gone else (rule_id(0),))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_no_record_and_is_not_waited_for(tmp_path: Path) -> None:
    remember(cache_at(tmp_path), "/w", {"a": Write(1000.0)}, 1000.0)
    (record,) = tmp_path.iterdir()
    record.unlink()
    os.mkfifo(record)
    assert recall(cache_at(tmp_path), "/w", 1000.0) == {}


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a": [1.0, null, true], "a": []}', "\x00", "[]", "7"]
)
def test_a_record_of_anything_else_is_none(tmp_path: Path, text: str) -> None:
    cache = cache_at(tmp_path)
    remember(cache, "/w", {"a": Write(1000.0)}, 1000.0)
    (record,) = tmp_path.iterdir()
    record.write_bytes(cache.seal(record.name, text.encode()))
    assert recall(cache, "/w", 1000.0) == {}


def cache_at(folder: Path) -> PrivateCache:
    return PrivateCache(folder, b"k" * 32)


def test_writes_are_remembered_for_ten_minutes_and_by_workspace(tmp_path: Path) -> None:
    writes = {"a": Write(1000.0, '"e"', is_known=True)}
    remember(cache_at(tmp_path), "/W", writes, 1000.0)
    remember(cache_at(tmp_path), "/w", {"b": Write(1100.0)}, 1100.0)
    assert recall(cache_at(tmp_path), "/w", 1100.0) == writes | {"b": Write(1100.0)}
    assert recall(cache_at(tmp_path), "/w", 1000.0 + MEMORY) == {"b": Write(1100.0)}
    assert recall(cache_at(tmp_path), "/other", 1100.0) == {}
    assert recall(None, "/w", 1100.0) == {}


def test_what_was_begun_and_not_made_is_forgotten_again(site: Site) -> None:
    site.run("deploy")
    for number in range(3):
        site.edit_detection(number, "severity: Medium", "severity: High")
    with pytest.MonkeyPatch.context() as patch:
        seen: list[Any] = []
        patch.setattr("generator.cli.execution.apply_plan", lambda *a: seen.append(a) or _none(a))
        site.run("deploy")
    assert seen
    cache = open_private_cache(site.root)
    workspace_id = target_at(site.portal.url).workspace_id
    assert cache is not None
    written = max(path.stat().st_mtime for path in cache.folder.iterdir())
    writes = recall(cache, workspace_id, written)
    assert sorted(writes) == IDS
    assert all(write.is_known for write in writes.values())


def _none(arguments: tuple[Any, ...]) -> Deployment:
    return Deployment(
        tuple(Result(action, Outcome.NOT_ATTEMPTED, "stopped") for action in arguments[1].actions),
        "stopped",
    )


@pytest.mark.parametrize(
    "document",
    [
        [], "text", 5, None, {"a": []}, {"a": [1.0, "e"]}, {"a": [1.0, "e", True, "more"]},
        {"a": {"at": 1.0}}, {"a": ["1", "e", True]}, {"a": [1.0, 5, True]}, {"a": [1.0, None, 1]},
        {"a": None}, {"b": [1000.0, "e", True], "a": [None, "e", True]},
    ],
)  # fmt: skip
def test_a_record_of_another_version_is_none(tmp_path: Path, document: Any) -> None:
    remember(cache_at(tmp_path), "/w", {"a": Write(1000.0)}, 1000.0)
    (file,) = tmp_path.iterdir()
    file.write_bytes(cache_at(tmp_path).seal(file.name, json.dumps(document).encode()))
    assert recall(cache_at(tmp_path), "/w", 1000.0) == {}


def test_a_record_that_somebody_else_wrote_is_none(tmp_path: Path) -> None:
    remember(PrivateCache(tmp_path, b"x" * 32), "/w", {"a": Write(1000.0)}, 1000.0)
    assert recall(cache_at(tmp_path), "/w", 1000.0) == {}
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    file.write_bytes(b"{}" * 10_000_000)
    assert recall(cache_at(tmp_path), "/w", 1000.0) == {}


def test_a_rule_without_any_etag_is_blocked_and_never_written(site: Site) -> None:
    assert ours(site.portal) == {}
    desired = live_body(site, 0)
    changed = {**desired, "properties": {**desired["properties"], "severity": "Low"}}
    page = [{"name": IDS[0], **changed}]

    def answer(method: str, path: str) -> Reply:
        assert method == "GET"
        path = path.partition("?")[0]
        if path == RULES:
            return Reply(body=json.dumps({"value": page}).encode())
        found = path.endswith(IDS[0])
        return Reply(body=json.dumps(page[0]).encode()) if found else Reply(404, b"{}")

    with hostile_service(answer) as seen:
        tenant = site.root / "tenants/lab.yaml"
        text = tenant.read_text("utf-8").replace(site.portal.url, seen.url)
        tenant.write_text(text, "utf-8")
        assert site.run("plan", "area/rule-0") == 1
        assert "no etag" in site.out
        assert site.run("deploy", "area/rule-0") == 3
        assert {method for method, _path, _headers in seen.requests} == {"GET"}


@pytest.fixture
def site(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Site:
    return site_at(lab, tmp_path / "content", capsys)


def test_a_rule_that_a_list_shows_on_two_pages_is_in_a_snapshot_once(site: Site) -> None:
    foreign = {"name": "BuiltInFusion", "kind": "Fusion", "etag": '"f"', "properties": {}}

    def answer(_method: str, path: str) -> Reply:
        if path.partition("?")[0] != RULES:
            return Reply(body=b'{"value": []}')
        page: dict[str, Any] = {"value": [foreign]}
        if "skip" not in path:
            page["nextLink"] = f"{url}{RULES}?api-version=2025-10-01-preview&skip=1"
        return Reply(body=json.dumps(page).encode())

    with hostile_service(answer) as seen:
        url = seen.url
        tenant = site.root / "tenants/lab.yaml"
        tenant.write_text(tenant.read_text("utf-8").replace(site.portal.url, url), "utf-8")
        assert site.run("snapshot", "--all") == 0
        path = site.out.strip()
        assert [r["name"] for r in json.loads(Path(path).read_text("utf-8"))["rules"]] == [
            "BuiltInFusion"
        ]
        assert site.run("rollback", path) == 0
