"""Reads the workflows and runs their steps' scripts as a runner does, with programs that stand in.

A script gets a folder of its own as RUNNER_TEMP, `gh` of `workflow_fixtures`, and where it calls
`sentinelgen` one that does what the test says.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
FAKES = Path(__file__).parent / "workflow_fixtures"
DEPLOY = ROOT / ".github/workflows/deploy.yml"
CONTENT = ROOT / ".github/workflows/content.yml"
REPOSITORY = "contoso/content"
BOT = {"login": "github-actions[bot]"}

needs_bash = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "jq", "realpath"))), reason="runs scripts as a runner does"
)


def load(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return document


def steps(path: Path) -> list[dict[str, Any]]:
    document = load(path)
    if "runs" in document:
        return list(document["runs"]["steps"])
    return [step for job in document["jobs"].values() for step in job.get("steps", ())]


def job_of(name: str) -> dict[str, Any]:
    """Return a job of the deployment's workflow."""
    job: dict[str, Any] = load(DEPLOY)["jobs"][name]
    return job


def step_of(job: str, name: str, workflow: Path = DEPLOY) -> dict[str, Any]:
    """Return the one step of a job whose name begins so."""
    found = [s for s in load(workflow)["jobs"][job]["steps"] if s.get("name", "").startswith(name)]
    (step,) = found
    return dict(step)


def bash(
    script: str, *, folder: Path | None = None, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@dataclass
class Runner:
    """A runner's folders, and the repository that its `gh` speaks of."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("temp", "bin", "gh"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "output").touch()

    @property
    def temp(self) -> Path:
        return self.folder / "temp"

    def run(self, step: Mapping[str, Any], **more: str) -> subprocess.CompletedProcess[str]:
        """Run a step's script. `more` are variables that its expressions would give it."""
        known = {
            "PATH": os.pathsep.join(map(str, (self.folder / "bin", FAKES, os.environ["PATH"]))),
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_REPOSITORY_OWNER": "contoso",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_RUN_ID": "17",
            "GH_FOLDER": str(self.folder / "gh"),
            "TENANT": "lab",
        }
        (self.folder / "content").mkdir(exist_ok=True)
        variables = {**known, **self.variables, **more}
        return bash(step["run"], folder=self.folder / "content", variables=variables)

    def sentinelgen(self, script: str) -> None:
        """Let the command be a script."""
        program = self.folder / "bin" / "sentinelgen"
        program.write_text(f"#!/usr/bin/env bash\n{script}\n", "utf-8")
        program.chmod(0o755)

    def outputs(self) -> dict[str, str]:
        """Return what the steps gave those after them."""
        lines = (self.folder / "output").read_text("utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    def github(self, path: str, *pages: Any) -> None:
        """Let GitHub answer a path with these pages."""
        place = self.folder / "gh" / path
        place.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(pages, 1):
            (place / f"{number}.json").write_text(json.dumps(page), "utf-8")

    def changes(self) -> list[tuple[str, str, dict[str, str]]]:
        """Return what GitHub was told to change: method, path and fields."""
        told = self.folder / "gh" / "changes"
        if not told.exists():
            return []
        return [tuple(json.loads(line)) for line in told.read_text("utf-8").splitlines()]


_TOKEN = re.compile(r"\s*(&&|\|\||!(?!=)|\(|\)|==|'[^']*'|[A-Za-z_][\w.-]*)")


def expression(text: str, context: Mapping[str, Any]) -> Any:
    """Return what GitHub makes of an expression of names, texts, `!`, `==`, `&&` and `||`.

    `context` holds values by their full names; what it lacks is null.
    """
    inside = re.fullmatch(r"\s*(?:\$\{\{(.*)\}\})?\s*", text, re.DOTALL)
    rest = (inside[1] if inside else text) or ""
    tokens: list[str] = _TOKEN.findall(rest)
    assert re.sub(r"\s", "", "".join(tokens)) == re.sub(r"\s", "", rest), rest

    def alternatives() -> Any:
        value = conjunction()
        while tokens[:1] == ["||"]:
            tokens.pop(0)
            other = conjunction()
            value = value or other
        return value

    def conjunction() -> Any:
        value = comparison()
        while tokens[:1] == ["&&"]:
            tokens.pop(0)
            other = comparison()
            value = value and other
        return value

    def comparison() -> Any:
        value = single()
        if tokens[:1] == ["=="]:
            tokens.pop(0)
            value = value == single()
        return value

    def single() -> Any:
        word = tokens.pop(0)
        if word == "!":
            return not single()
        if word == "(":
            value = alternatives()
            assert tokens.pop(0) == ")"
            return value
        return word[1:-1] if word.startswith("'") else context.get(word)

    value = alternatives()
    assert not tokens
    return value
