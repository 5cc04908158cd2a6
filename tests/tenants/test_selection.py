from __future__ import annotations

from typing import Any

import pytest

from generator.catalog.detection import Detection
from generator.tenants.cloud import parse_cloud
from generator.tenants.selection import select
from generator.tenants.tenant import Selector, Target, Tenant, TenantError
from generator.text.globs import of_slugs
from generator.text.source_text import SourceText


def detection(slug: str, **document: Any) -> Detection:
    base = {"id": f"id-{slug}", "name": slug, "severity": "Medium", "kind": "Scheduled"}
    return Detection(slug, SourceText(f"detections/{slug}.yaml", ""), base | document)


CATALOG = (
    detection("devices/a", tags=["preview"], parameters={"threshold": {"type": "int"}}),
    detection("devices/deep/b", severity="Informational"),
    detection("identity/c", tags=["preview"], severity="Informational", kind="NRT"),
    detection("identity/d e", kind=None),
)


def glob(text: str) -> Selector:
    return Selector(text, glob=text)


def where(**conditions: str) -> Selector:
    return Selector(str(conditions), conditions=conditions)


def tenant(
    include: tuple[Selector, ...] = (),
    exclude: tuple[Selector, ...] = (),
    **parameters: Any,
) -> Tenant:
    target = Target("t", "s", "rg", "ws", parse_cloud("public"))
    return Tenant("acme", SourceText("tenants/acme.yaml", ""), target, parameters, include, exclude)


def slugs(chosen: Tenant) -> list[str]:
    return [found.slug for found in select(chosen, CATALOG)]


def test_without_selectors_a_tenant_gets_the_whole_catalog() -> None:
    assert len(slugs(tenant())) == 4


def test_exclusions_are_taken_from_what_is_included() -> None:
    chosen = tenant((glob("devices/**"), glob("identity/c")), (where(tag="preview"),))
    assert slugs(chosen) == ["devices/deep/b"]


def test_the_conditions_of_a_selector_all_have_to_hold() -> None:
    assert slugs(tenant((where(tag="preview", severity="Informational"),))) == ["identity/c"]


def test_a_detection_without_kind_is_scheduled() -> None:
    assert "identity/d e" in slugs(tenant((where(kind="Scheduled"),)))


def test_an_id_is_the_same_in_any_case() -> None:
    assert slugs(tenant((where(id="ID-DEVICES/A"),))) == ["devices/a"]


@pytest.mark.parametrize(
    ("pattern", "slug", "matches"),
    [
        ("devices/**", "devices/a", True),
        ("devices/**", "devices/deep/b", True),
        ("devices/**", "devicesx/a", False),
        ("devices/*", "devices/deep/b", False),
        ("**/b", "devices/deep/b", True),
        ("**/b", "b", True),
        ("**", "devices/deep/b", True),
        ("devices/?", "devices/a", True),
        ("devices/?", "devices//", False),
        ("devices/[ab]", "devices/a", False),
        ("identity/d e", "identity/d e", True),
        ("identity/d.e", "identity/d e", False),
        ("Devices/a", "devices/a", False),
    ],
)
def test_globs_know_folders(pattern: str, slug: str, matches: bool) -> None:
    assert of_slugs(pattern).matches(slug) == matches


@pytest.mark.parametrize(
    "wrong",
    [
        tenant((glob("device/**"),)),
        tenant((), (where(severity="Low"),)),
        tenant((where(tag="preview", kind="NRT", id="x"),)),
        tenant(treshold=5),
    ],
)
def test_what_hits_nothing_is_an_error_that_names_the_file(wrong: Tenant) -> None:
    with pytest.raises(TenantError, match=r"tenants/acme\.yaml"):
        select(wrong, CATALOG)


def test_a_misspelled_parameter_gets_a_hint() -> None:
    with pytest.raises(TenantError, match="did you mean 'threshold'"):
        select(tenant(treshold=5), CATALOG)
