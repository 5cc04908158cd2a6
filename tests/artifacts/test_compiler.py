"""The Bicep compiler itself takes every Bicep artifact without a word and makes the ARM writing."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from generator.artifacts.build import plan_artifacts
from generator.artifacts.folder import write_artifacts
from generator.catalog.configuration import Configuration
from generator.kinds.analytic_rule.kind import ANALYTIC_RULES
from generator.kinds.analytic_rule.model import RuleKind
from generator.kinds.kind import Resource
from tests.artifacts.arm_reader import read_template
from tests.artifacts.rules import HOSTILE_PIECES, complete_rule, scheduled_rule
from tests.artifacts.test_agreement import WORKSPACE
from tests.artifacts.test_real_content import repository_rules

BICEP = shutil.which("bicep")

pytestmark = pytest.mark.skipif(BICEP is None, reason="no bicep command on the PATH")


def compiled(file: Path) -> str:
    assert BICEP is not None
    run = subprocess.run(
        [BICEP, "build", "--stdout", str(file)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "Warning" not in run.stderr, run.stderr
    assert ") : Info" not in run.stderr, run.stderr
    return run.stdout


def assert_compiles_to_the_arm_writing(
    folder: Path, rules: tuple[Resource, ...], form: Literal["extension", "providers"]
) -> None:
    artifacts = plan_artifacts(rules, Configuration(bicep_form=form))
    write_artifacts(folder, artifacts, remove_stale=True)
    for path in artifacts:
        if path.endswith(".bicep"):
            arm = (folder / path).with_suffix(".json").read_text(encoding="utf-8")
            assert read_template(compiled(folder / path), WORKSPACE) == read_template(
                arm, WORKSPACE
            )


@pytest.mark.parametrize("form", ["extension", "providers"])
def test_every_detection_of_this_repository_compiles(
    tmp_path: Path, form: Literal["extension", "providers"]
) -> None:
    assert_compiles_to_the_arm_writing(tmp_path, repository_rules(), form)


@pytest.mark.parametrize("form", ["extension", "providers"])
def test_every_shape_of_rule_and_hostile_text_compiles(
    tmp_path: Path, form: Literal["extension", "providers"]
) -> None:
    shapes = [
        complete_rule(kind, preview=preview) for kind in RuleKind for preview in (False, True)
    ]
    texts = [*HOSTILE_PIECES, *(f"[{piece}]" for piece in HOSTILE_PIECES), "a\n" + "x" * 9_000]
    texts += [f"T\n{piece}\n{piece}" for piece in HOSTILE_PIECES]
    hostile = [scheduled_rule(display_name=text, description=text, query=text) for text in texts]
    # One file for all of them: the compiler takes a second to start.
    rules = [
        ANALYTIC_RULES.resource(
            replace(rule, id=f"00000000-0000-0000-0000-{number:012}"), f"area/{number:03}"
        )
        for number, rule in enumerate([*shapes, *hostile])
    ]
    artifacts = plan_artifacts(rules, Configuration(bicep_form=form))
    file = tmp_path / "all.bicep"
    file.write_bytes(b"".join(artifacts["catalog/all.bicep"]))
    arm = b"".join(artifacts["catalog/all.json"]).decode()
    assert read_template(compiled(file), WORKSPACE) == read_template(arm, WORKSPACE)
