"""Errors of several kinds in one detection, and what may not hide what."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from generator.catalog.configuration import Configuration
from generator.catalog.load import load_catalog
from generator.compile import compile_catalog
from generator.findings import Finding
from generator.kinds import seats
from tests.checks.test_fixtures import FIXTURES, TODAY

NOT_LOOKED_AT = "SG045"
BASE = FIXTURES / "SG122/good/words-of-its-own/detections/signins/unused-country.yaml"


def findings(tmp_path: Path, **members: object) -> tuple[Finding, ...]:
    """Findings on a sound detection with other members."""
    document = {**yaml.safe_load(BASE.read_text("utf-8")), **members}
    folder = tmp_path / "detections/area"
    folder.mkdir(parents=True)
    (folder / "one.yaml").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    catalog = load_catalog(tmp_path, Configuration(), seats())
    compilation = compile_catalog(catalog, today=TODAY)
    assert compilation.has_errors
    assert sum(found.code == NOT_LOOKED_AT for found in compilation.findings) <= 1
    return compilation.findings


def codes(found: tuple[Finding, ...]) -> set[str]:
    return {one.code for one in found} - {NOT_LOOKED_AT}


def test_an_id_that_is_no_guid_does_not_hide_the_rest(tmp_path: Path) -> None:
    found = findings(tmp_path, id="Nope", severity="medium", tactics=["Persistense"])
    assert codes(found) == {"SG030", "SG023", "SG201"}


def test_an_id_that_is_no_guid_is_one_finding(tmp_path: Path) -> None:
    assert codes(findings(tmp_path, id="Nope")) == {"SG030"}


@pytest.mark.parametrize(
    ("waiver", "code"),
    [
        ({"check": "SG999", "reason": "Known."}, "SG282"),
        ({"check": "SG020", "reason": "Known."}, "SG283"),
        ({"check": "SG201", "reason": " "}, "SG284"),
        ({"check": "SG201", "reason": "Known.", "until": "2026-02-31"}, "SG285"),
    ],
)
def test_an_error_elsewhere_does_not_hide_a_waiver_out_of_order(
    waiver: dict[str, str], code: str, tmp_path: Path
) -> None:
    found = findings(tmp_path, severity="medium", tactics=["Persistense"], waivers=[waiver])
    assert codes(found) == {"SG023", "SG201", code}


def test_a_waiver_in_order_holds_beside_one_that_cannot_be_read(tmp_path: Path) -> None:
    waivers = [{"check": "SG201", "reason": "Known."}, {"chek": "SG120"}]
    found = findings(tmp_path, tactics=["Persistense"], name="", waivers=waivers)
    assert codes(found) == {"SG020", "SG021"}


@pytest.mark.parametrize(
    "members",
    [
        {"query": True},
        {"query": "SigninLogs | where RiskState == {{ state }}", "severity": "medium"},
    ],
)
def test_defaults_are_looked_at_whether_or_not_the_query_can_be(
    members: dict[str, object], tmp_path: Path
) -> None:
    parameters = {
        "state": {"type": "nothing", "default": "x", "description": "A state."},
        "most": {"type": "int", "default": "many", "description": "A number."},
    }
    found = findings(tmp_path, parameters=parameters, **members)
    assert {"SG321", "SG023"} <= codes(found)
