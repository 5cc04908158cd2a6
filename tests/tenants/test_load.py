from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.catalog.detection import Detection
from generator.tenants.cloud import parse_cloud
from generator.tenants.load import load_tenant, load_tenants
from generator.tenants.selection import misfits
from generator.tenants.tenant import TenantError
from generator.text.source_text import SourceText

TARGET = {
    "tenantId": "11111111-1111-1111-1111-111111111111",
    "subscriptionId": "22222222-2222-2222-2222-222222222222",
    "resourceGroup": "rg-lab",
    "workspace": "law-lab",
    "cloud": "public",
}


def write(root: Path, document: Any, name: str = "acme") -> Path:
    folder = root / "tenants"
    folder.mkdir(exist_ok=True)
    text = document if isinstance(document, str) else yaml.safe_dump(document)
    (folder / f"{name}.yaml").write_text(text, "utf-8")
    return root


def test_a_tenant_is_read_whole(tmp_path: Path) -> None:
    document = {
        "target": TARGET,
        "parameters": {"threshold": 5},
        "select": {"include": ["devices/**"], "exclude": [{"tag": "preview", "severity": "High"}]},
    }
    tenant = load_tenant(write(tmp_path, document), "acme")
    assert tenant.target.workspace_id == (
        "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-lab"
        "/providers/Microsoft.OperationalInsights/workspaces/law-lab"
    )
    assert tenant.parameters == {"threshold": 5}
    assert tenant.include[0].glob == "devices/**"
    assert tenant.exclude[0].conditions == {"tag": "preview", "severity": "High"}


def test_the_committed_lab_is_the_emulator_and_the_whole_catalog() -> None:
    tenant = load_tenant(Path(__file__).parents[2], "lab")
    assert tenant.target.cloud.endpoint == "http://127.0.0.1:8443"
    assert (tenant.parameters, tenant.include, tenant.exclude) == ({}, (), ())


@pytest.mark.parametrize("name", ["", "../lab", "a/b", "a.b", "lab ", "läb", "a\n", "nope"])
def test_a_name_that_is_none_or_unknown_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TenantError):
        load_tenant(write(tmp_path, {"target": TARGET}), name)


def test_a_misspelled_name_gets_a_hint(tmp_path: Path) -> None:
    with pytest.raises(TenantError, match="did you mean 'acme'"):
        load_tenant(write(tmp_path, {"target": TARGET}), "acne")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("", "empty"),
        ("- a", "is a list, not a mapping"),
        ("target: {", "tenants/acme.yaml"),
        ("target: 1\ntarget: 2", "target"),
        ("target: !!python/object:os.system {}", "tenants/acme.yaml"),
        ({"target": TARGET, "parameter": {}}, "did you mean 'parameters'"),
        ({"parameters": {}}, "missing: 'target'"),
        ({"target": {**TARGET, "worksapce": "x"}}, "did you mean 'workspace'"),
        ({"target": {k: v for k, v in TARGET.items() if k != "cloud"}}, "lacks 'cloud'"),
        ({"target": {**TARGET, "cloud": "http://example.com"}}, "not this machine"),
        ({"target": {**TARGET, "subscriptionId": "mine"}}, "not a GUID"),
        ({"target": {**TARGET, "tenantId": 5}}, "put it in quotes"),
        ({"target": {**TARGET, "workspace": "../x"}}, "cannot be a workspace"),
        ({"target": {**TARGET, "resourceGroup": "a/b"}}, "cannot be a resource group"),
        ({"target": TARGET, "parameters": []}, "parameters"),
        ({"target": TARGET, "select": {"includes": []}}, "did you mean 'include'"),
        ({"target": TARGET, "select": {"include": []}}, "is empty"),
        ({"target": TARGET, "select": {"include": "devices/**"}}, "must be a list"),
        ({"target": TARGET, "select": {"include": [{}]}}, "says nothing"),
        ({"target": TARGET, "select": {"include": [{"tags": "x"}]}}, "did you mean 'tag'"),
        ({"target": TARGET, "select": {"exclude": [{"severity": "high"}]}}, "did you mean 'High'"),
        ({"target": TARGET, "select": {"exclude": [{"kind": "Nrt"}]}}, "NRT"),
        ({"target": TARGET, "select": {"exclude": [{"tag": True}]}}, "put it in quotes"),
        ({"target": TARGET, "select": {"exclude": [{"tag": None}]}}, "must be text, not nothing"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_and_names_the_file(
    tmp_path: Path, document: Any, message: str
) -> None:
    with pytest.raises(TenantError) as error:
        load_tenant(write(tmp_path, document), "acme")
    assert message in str(error.value)
    assert "tenants/acme.yaml" in str(error.value)


def test_all_that_is_wrong_is_said_at_once_with_line_and_column(tmp_path: Path) -> None:
    text = "target:\n  tenantId: 5\n  worksapce: a\n  cloud: https://example.com\nselect: []\n"
    with pytest.raises(TenantError) as error:
        load_tenant(write(tmp_path, text), "acme")
    places = [line.split(": ")[0] for line in str(error.value).splitlines()]
    assert places == [
        f"tenants/acme.yaml:{place}" for place in ("1:1", "2:13", "3:3", "4:10", "5:9")
    ]


@pytest.mark.parametrize("file", [".acme.yaml", "acme.yml", "acme.YAML", "emea/acme.yaml"])
def test_a_file_that_was_meant_but_cannot_be_named_is_named(tmp_path: Path, file: str) -> None:
    write(tmp_path, {"target": TARGET}, "other")
    path = tmp_path / "tenants" / file
    path.parent.mkdir(exist_ok=True)
    path.write_text("{}", "utf-8")
    if (tmp_path / "tenants" / "acme.yaml").exists():
        pytest.skip("case does not count on this file system")
    with pytest.raises(TenantError, match=rf"no tenant 'acme'.*; tenants/{re.escape(file)}: "):
        load_tenant(tmp_path, "acme")


def test_tenants_in_folders_are_named_however_deep_and_never_behind_a_link(tmp_path: Path) -> None:
    write(tmp_path, {"target": TARGET})
    deep = tmp_path / "tenants" / "/".join("d" * 300)
    deep.mkdir(parents=True)
    (deep / "acme.yaml").write_text("{}", "utf-8")
    (deep / "round").symlink_to(tmp_path / "tenants")
    codes = [problem.code for loaded in load_tenants(tmp_path) for problem in loaded.problems]
    assert sorted(codes) == ["SG002", "SG702"]


def test_names_that_only_case_tells_apart_are_no_two_tenants(tmp_path: Path) -> None:
    write(tmp_path, {"target": TARGET}, "Acme")
    if (tmp_path / "tenants" / "acme.yaml").exists():
        pytest.skip("case does not count on this file system")
    write(tmp_path, {"target": TARGET}, "acme")
    first, second = load_tenants(tmp_path)
    assert first.tenant is not None
    assert [problem.code for problem in second.problems] == ["SG702"]


def test_tenants_behind_a_link_out_of_the_repository_are_not_read(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    write(tmp_path, {"target": TARGET})
    (root / "tenants").symlink_to(tmp_path / "tenants")
    (only,) = load_tenants(root)
    assert [problem.code for problem in only.problems] == ["SG002"]


def test_a_repository_without_tenants_has_none(tmp_path: Path) -> None:
    assert list(load_tenants(tmp_path)) == []


@pytest.mark.parametrize(
    ("other", "is_shared"),
    [
        ({}, True),
        ({"workspace": "LAW-LAB", "resourceGroup": "RG-Lab"}, True),
        (
            {
                "subscriptionId": TARGET["subscriptionId"].upper(),
                "tenantId": "a" * 8 + "-" + TARGET["tenantId"][9:],
            },
            True,
        ),
        ({"workspace": "law-lab2"}, False),
        ({"resourceGroup": "rg"}, False),
        ({"cloud": "usgov"}, False),
    ],
    ids=str,
)
def test_a_workspace_has_one_tenant_file(
    tmp_path: Path, other: dict[str, str], is_shared: bool
) -> None:
    write(tmp_path, {"target": TARGET})
    # Whatever else is wrong with the other file, its target is known.
    write(tmp_path, {"target": TARGET | other, "surplus": 1}, "brand")
    write(tmp_path, "target: [", "unreadable")
    if not is_shared:
        assert load_tenant(tmp_path, "acme").name == "acme"
        return
    with pytest.raises(TenantError, match="names the same workspace"):
        load_tenant(tmp_path, "acme")


@pytest.mark.parametrize(
    ("first", "second", "is_shared"),
    [
        ("http://127.0.0.1:8443", "http://localhost:8443", True),
        ("http://127.0.0.1", "http://127.0.0.1:80", True),
        ("https://LOCALHOST", "https://localhost:443", True),
        ("http://127.0.0.1:8443", "http://127.0.0.1:8444", False),
        ("http://127.0.0.1:8443", "http://[::1]:8443", True),
        ("http://[::1]:8443", "http://[0:0:0:0:0:0:0:1]:8443", True),
        ("http://127.0.0.1:8443", "http://127.0.0.2:08443", True),
        ("http://127.0.0.1:8443", "https://LocalHost:8443", True),
        ("http://127.0.0.1", "https://127.0.0.1", False),
        ("http://127.0.0.1:443", "public", False),
        ("public", "china", False),
    ],
)
def test_one_emulator_is_one_cloud_however_it_is_written(
    first: str, second: str, is_shared: bool
) -> None:
    assert (parse_cloud(first).identity == parse_cloud(second).identity) == is_shared


BROKEN_TARGETS = (
    "{}",
    "{target: null}",
    "{target: {tenantId: x}}",
    "{target: text}",
    "{targett: {}}",
    "{target: {cloud: publik, tenantId: 5}, more: 1}",
)


@pytest.mark.parametrize("target", BROKEN_TARGETS)
def test_what_a_tenant_wants_of_the_catalog_is_judged_whatever_is_wrong_with_the_rest(
    tmp_path: Path, target: str
) -> None:
    document = yaml.safe_load(target) | {
        "parameters": {"nope": 1},
        "select": {"include": ["nothing/*", {"tagg": "x"}], "exclude": ["area/*"]},
    }
    (loaded,) = load_tenants(write(tmp_path, document))
    assert (loaded.tenant, loaded.choice is None) == (None, False)
    assert loaded.choice is not None
    detections = [Detection("area/one", SourceText("detections/area/one.yaml", ""), {})]
    found = [(p.code, p.place.path) for p in misfits(loaded.choice, detections)]  # type: ignore[union-attr]
    assert found == [("SG706", ("select", "include", 0)), ("SG707", ("parameters", "nope"))]
