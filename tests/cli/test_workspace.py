"""What goes to a tenant when only a part of the catalog is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.cli.kql import KqlChoice
from generator.cli.options import Settings
from generator.cli.workspace import Prepared, prepare
from tests.cli.bad_inputs import QUERY, write
from tests.cli.conftest import SECOND, THIRD

TENANT = """\
target:
  tenantId: 00000000-0000-0000-0000-000000000000
  subscriptionId: 00000000-0000-0000-0000-000000000000
  resourceGroup: rg-lab
  workspace: law-lab
  cloud: "http://127.0.0.1:8443"
"""
IDENTITY = "detections/identity/first.yaml"


def prepared(root: Path, *paths: str) -> Prepared | None:
    write(root, "tenants/lab.yaml", TENANT)
    return prepare(Settings(root, quiet=True), "lab", paths, KqlChoice(left_out=True))


def test_the_content_of_a_tenant_does_not_depend_on_paths(root: Path) -> None:
    whole, part = prepared(root), prepared(root, IDENTITY)
    assert whole is not None
    assert part is not None
    assert whole.only is None
    assert part.only == {"identity/first"}
    assert part.content.hash == whole.content.hash


def test_an_error_in_another_detection_does_not_stand_in_the_way(root: Path) -> None:
    write(root, "detections/devices/third.yaml", THIRD.replace(QUERY, "query: '   '\n"))
    assert prepared(root) is None
    assert prepared(root, IDENTITY) is not None


@pytest.mark.parametrize("asked_for", ["area/one", "area/two"])
def test_an_error_in_a_shared_template_holds_back_each_detection_that_uses_it(
    root: Path, asked_for: str
) -> None:
    write(root, "detections/_templates/shared.kql.j2", "SigninLogs | take {{ misspelt }}\n")
    write(root, "detections/area/one.yaml", SECOND.replace(QUERY, "template: shared\n"))
    write(root, "detections/area/two.yaml", THIRD.replace(QUERY, "template: shared\n"))
    (root / "detections/devices/third.yaml").unlink()
    (root / "detections/identity/second one.yaml").unlink()
    assert prepared(root, f"detections/{asked_for}.yaml") is None
    assert prepared(root, IDENTITY) is not None
