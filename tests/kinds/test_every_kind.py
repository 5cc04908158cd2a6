"""What holds for every kind of content, whatever it is: one test over the dict of kinds each.

`content` has documents of each kind. A kind without any is a failure, so that none is forgotten.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml

from generator.artifacts.build import plan_artifacts
from generator.azure.client import ArmClient
from generator.catalog.configuration import Configuration
from generator.catalog.load import load_catalog
from generator.checks.registry import checks_of
from generator.cli.editor_schemas import editor_schema, schema_files
from generator.compile import Compilation, compile_catalog
from generator.emulator.launch import EmulatorOptions
from generator.findings import Severity
from generator.kinds import KINDS, collections, seats
from generator.kinds.kind import LiveApi, Resource
from tests.artifacts.arm_reader import read_template
from tests.artifacts.bicep_reader import read_bicep
from tests.deploy.conftest import SUBSCRIPTION, running, target_at
from tests.deploy.repository import Repository, repository_at
from tests.deploy.test_commands import Site

CONTENT = Path(__file__).parent / "content"
WORKSPACE = "law-lab"
FORMS: tuple[Literal["extension", "providers"], ...] = ("extension", "providers")

each_kind = pytest.mark.parametrize("kind", KINDS)


@cache
def compilation() -> Compilation:
    return compile_catalog(load_catalog(CONTENT, Configuration(), seats()), today=date(2026, 1, 15))


def resources(kind: str) -> list[Resource]:
    found = [one for one in compilation().resources() if one.kind == kind]
    assert found, f"there is no {kind} in {CONTENT}"
    return found


def test_the_content_is_in_order() -> None:
    errors = [one for one in compilation().findings if one.severity is Severity.ERROR]
    assert errors == []


@each_kind
@pytest.mark.parametrize("form", FORMS)
def test_arm_bicep_and_the_request_say_the_same(
    kind: str, form: Literal["extension", "providers"]
) -> None:
    wanted = resources(kind)
    files = plan_artifacts(wanted, Configuration(bicep_form=form))
    for path, content in files.items():
        text = b"".join(content).decode()
        read = read_template if path.endswith(".json") else read_bicep
        named = [one for one in wanted if path.startswith(f"{one.label}.")] or wanted
        for got, one in zip(read(text, WORKSPACE), named, strict=True):
            said = {"kind": got.kind, "etag": got.etag, "properties": got.properties}
            assert {k: v for k, v in said.items() if v is not None} == dict(one.in_template)
            assert (got.type.casefold(), got.id, got.api_version, got.workspace) == (
                _api_type(one).casefold(),
                one.id,
                one.api_version,
                WORKSPACE,
            )


def _api_type(resource: Resource) -> str:
    return resource.type


@each_kind
def test_each_kind_has_a_template_of_its_own_for_the_catalog(kind: str) -> None:
    files = plan_artifacts([*compilation().resources()], Configuration())
    template = b"".join(files[f"catalog/{KINDS[kind].catalog}.json"]).decode()
    assert [one.id for one in read_template(template, WORKSPACE)] == [
        one.id for one in resources(kind)
    ]


@each_kind
def test_each_kind_has_an_editor_schema_that_knows_its_own_keys(kind: str) -> None:
    seat = KINDS[kind].seat
    assert seat.what in schema_files()
    properties = json.loads(editor_schema(seat.what))["properties"]
    for document in (one for one in compilation().catalog.detections if seat.claims(_file(one))):
        assert set(document.document) <= set(properties)


def _file(document: Any) -> str:
    return str(document.source.file)


@each_kind
def test_each_kind_has_checks_and_reads_what_is_partly_usable(kind: str) -> None:
    assert checks_of(kind)
    assert KINDS[kind].checks.startswith("generator.kinds.")


@each_kind
def test_a_body_compares_equal_to_itself_and_differs_in_every_member(kind: str) -> None:
    shape = KINDS[kind].shape
    for resource in resources(kind):
        body: dict[str, Any] = dict(resource.body)
        assert shape.same(body, body)
        assert not shape.changes(body, body)
        assert shape.writable(shape.merged(body, body)) == body
        assert not list(KINDS[kind].unsendable(body))
        for name in body["properties"].keys() & shape.known.known:
            less = {name_: value for name_, value in body["properties"].items() if name_ != name}
            changes = shape.changes({**body, "properties": less}, body)
            assert {one.path.split(".")[1] for one in changes} == {name}


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
            "workspace": WORKSPACE,
            "cloud": url,
        }
        (root / "tenants/lab.yaml").write_text(yaml.safe_dump({"target": target}), "utf-8")
        yield Site(root, None, capsys)  # type: ignore[arg-type]


@contextmanager
def live_of(site: Site, kind: str) -> Iterator[LiveApi]:
    """Yield a kind's resources as any other client of the workspace reaches them."""
    url = yaml.safe_load((site.root / "tenants/lab.yaml").read_text("utf-8"))["target"]["cloud"]
    with ArmClient(target_at(url), collections()) as arm:
        yield KINDS[kind].live(arm)


def live_bodies(site: Site, kind: str) -> dict[str, dict[str, Any]]:
    with live_of(site, kind) as live:
        names = {one.id for one in resources(kind)}
        listed = [body["name"] for body in live.listed()]
        return {name: live.get(name) for name in listed if name in names}


def edit(site: Site, kind: str, name: str) -> None:
    """Change a resource as somebody at the portal would."""
    with live_of(site, kind) as live:
        body = live.get(name)
        properties = {**body["properties"], "displayName": "Edited at the portal"}
        live.put(name, {**body, "properties": properties}, body["etag"])


def committed(site: Site) -> Repository:
    repository = repository_at(site.root)
    repository.commit(-1)
    return repository


@each_kind
def test_a_resource_lives_through_plan_deployment_drift_and_rollback(
    site: Site, kind: str, tmp_path: Path
) -> None:
    committed(site)
    wanted = {one.id: one for one in resources(kind)}
    plan, report = tmp_path / "plan.json", tmp_path / "report.json"
    assert site.run("plan", "--out", str(plan)) == 0
    actions = json.loads(plan.read_text("utf-8"))["actions"]
    planned = {a["id"]: a for a in actions if a["contentKind"] == kind}
    assert {a["action"] for a in planned.values()} == {"create"}
    assert planned.keys() == wanted.keys()
    assert site.run("deploy", "--plan", str(plan), "--report", str(report)) == 0
    results = json.loads(report.read_text("utf-8"))["results"]
    assert {r["id"] for r in results if r["contentKind"] == kind} == set(wanted)
    live = live_bodies(site, kind)
    assert live.keys() == wanted.keys()
    for name, body in live.items():
        assert KINDS[kind].shape.same(body, wanted[name].body)
    assert site.run("plan", "--detailed-exitcode") == 0
    assert site.run("deploy") == 0
    assert live_bodies(site, kind) == live

    first = min(wanted)
    edit(site, kind, first)
    assert site.run("drift", "--format", "json") == 1
    (drift,) = json.loads(site.out)["rules"]
    assert (drift["id"], drift["contentKind"], drift["status"]) == (first, kind, "changed")
    assert site.run("snapshot") == 0
    snapshot = site.out.strip()
    assert site.run("deploy") == 0
    assert KINDS[kind].shape.same(live_bodies(site, kind)[first], wanted[first].body)
    assert site.run("rollback", snapshot) == 0
    assert live_bodies(site, kind)[first]["properties"]["displayName"] == "Edited at the portal"


@each_kind
def test_what_is_retired_is_an_orphan_until_it_is_pruned_and_comes_back_from_a_snapshot(
    site: Site, kind: str
) -> None:
    committed(site)
    assert site.run("deploy") == 0
    first, *_ = (one.id for one in resources(kind))
    before = live_bodies(site, kind)[first]
    assert site.run("retire", first, "--reason", "Replaced") == 0
    (entry,) = yaml.safe_load((site.root / "detections/retired.yaml").read_text("utf-8"))
    assert (entry["id"], entry["kind"]) == (first, kind)
    assert site.run("plan") == 0
    assert "orphan: retired" in site.out
    assert first in live_bodies(site, kind)
    assert site.run("deploy", "--prune") == 0
    assert first not in live_bodies(site, kind)
    *_, snapshot = site.snapshots()
    assert site.run("rollback", str(snapshot)) == 0
    assert KINDS[kind].shape.same(live_bodies(site, kind)[first], before)


@each_kind
def test_what_somebody_else_made_is_never_touched(site: Site, kind: str) -> None:
    theirs = next(iter(resources(kind)))
    with live_of(site, kind) as live:
        name = "dddddddd-0000-4000-8000-00000000000d"
        properties = {**theirs.body["properties"], "displayName": "Somebody else's"}
        live.put(name, {**theirs.body, "properties": properties}, None)
        before = live.get(name)
    assert site.run("deploy", "--prune") == 0
    with live_of(site, kind) as live:
        assert live.get(name) == before


@each_kind
def test_a_tenant_selects_by_label(site: Site, kind: str) -> None:
    label = next(iter(resources(kind))).label
    path = site.root / "tenants/lab.yaml"
    document = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(yaml.safe_dump({**document, "select": {"include": [label]}}), "utf-8")
    assert site.run("plan", "--format", "json") == 0
    assert [a["detection"] for a in json.loads(site.out)["actions"]] == [label]


@each_kind
def test_a_deleted_document_is_told_by_its_last_commit(site: Site, kind: str) -> None:
    repository = committed(site)
    assert site.run("deploy") == 0
    first = next(iter(resources(kind)))
    (site.root / first.file).unlink()
    repository.commit(-0.5)
    assert site.run("plan") == 0
    assert f"{first.id} ({first.file}, until " in site.out


@each_kind
def test_a_kind_is_planned_deployed_and_restored_by_itself(
    site: Site, kind: str, tmp_path: Path
) -> None:
    narrow = ("--kind", kind)
    plan = tmp_path / "plan.json"
    assert site.run("plan", *narrow, "--out", str(plan)) == 0
    assert {a["contentKind"] for a in json.loads(plan.read_text("utf-8"))["actions"]} == {kind}
    assert site.run("deploy", "--plan", str(plan), *narrow) == 2
    assert site.run("deploy", "--plan", str(plan)) == 0
    live = {name: live_bodies(site, name) for name in KINDS}
    assert {name for name, bodies in live.items() if bodies} == {kind}
    assert site.run("drift", *narrow) == 0
    assert site.run("drift", "--against", str(plan)) == 2
    assert site.run("drift", *narrow, "--against", str(plan)) == 0
    assert site.run("drift") == 1
    assert site.run("deploy") == 0
    assert site.run("snapshot", *narrow) == 0
    snapshot = Path(site.out.strip())
    rules = json.loads(snapshot.read_text("utf-8"))["rules"]
    assert {rule["contentKind"] for rule in rules} == {kind}
    assert site.run("snapshot") == 0
    whole = site.out.strip()
    for name in KINDS:
        edit(site, name, min(one.id for one in resources(name)))
    assert site.run("rollback", whole, *narrow) == 0
    assert site.run("drift", *narrow) == 0
    assert site.run("drift") == 1


@pytest.mark.parametrize("command", ["plan", "deploy", "drift", "snapshot"])
def test_a_kind_that_is_none_is_said_to_be_so(site: Site, command: str) -> None:
    assert site.run(command, "--kind", "hunting-quary") == 2
    assert "did you mean 'hunting-query'?" in site.err
