"""A pull request says what is planned, and the base where."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from generator.git.commands import HistoryError
from generator.past.target import target_at
from generator.tenants.tenant import TenantError
from tests.cli.bad_inputs import GOOD, write
from tests.cli.commands import run
from tests.deploy.repository import Repository, repository_at
from tests.tenants.test_load import TARGET


@pytest.fixture(params=["", "content/sentinel"], ids=["root", "subfolder"])
def repository(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Repository, Path]:
    made = repository_at(tmp_path / "repository")
    root = made.folder / request.param
    write(root, "sentinelgen.yaml", "")
    write(root, "detections/area/rule.yaml", GOOD)
    write(root, "tenants/acme.yaml", yaml.safe_dump({"target": TARGET}))
    made.commit(0)
    return made, root


def test_the_target_is_the_one_of_the_revision(repository: tuple[Repository, Path]) -> None:
    made, root = repository
    base = made.git("rev-parse", "HEAD")
    write(root, "tenants/acme.yaml", yaml.safe_dump({"target": TARGET | {"workspace": "evil"}}))
    made.commit(1)
    assert target_at(root, base, "acme").workspace == "law-lab"
    assert target_at(root, "HEAD", "acme").workspace == "evil"


@pytest.mark.parametrize("text", ["target: {}", "target: [", "\xff\xfe", "a: 1", "#" * 1_100_000])
def test_a_target_that_cannot_be_used_is_an_error(
    repository: tuple[Repository, Path], text: str
) -> None:
    made, root = repository
    write(root, "tenants/acme.yaml", text.encode("latin-1"))
    made.commit(1)
    with pytest.raises(TenantError, match="at HEAD"):
        target_at(root, "HEAD", "acme")


def test_what_only_the_rest_of_the_file_gets_wrong_does_not_matter(
    repository: tuple[Repository, Path],
) -> None:
    made, root = repository
    write(root, "tenants/acme.yaml", yaml.safe_dump({"target": TARGET, "surplus": 1}))
    made.commit(1)
    assert target_at(root, "HEAD", "acme").workspace == "law-lab"


@pytest.mark.parametrize("revision", ["", "--help", "nothing", "HEAD~9", "a\x1b"])
def test_a_revision_that_is_none_is_an_error(
    repository: tuple[Repository, Path], revision: str
) -> None:
    with pytest.raises(HistoryError):
        target_at(repository[1], revision, "acme")


def test_a_tenant_that_is_new_or_was_a_link_has_no_target_there(
    repository: tuple[Repository, Path],
) -> None:
    made, root = repository
    (root / "tenants/link.yaml").symlink_to("acme.yaml")
    made.commit(1)
    for name in ("fresh", "link"):
        with pytest.raises(TenantError, match="does not exist at HEAD"):
            target_at(root, "HEAD", name)


def test_plan_says_that_a_new_tenant_has_to_wait(repository: tuple[Repository, Path]) -> None:
    _, root = repository
    other = TARGET | {"workspace": "law-other"}
    write(root, "tenants/fresh.yaml", yaml.safe_dump({"target": other}))
    arguments = ("plan", "--tenant", "fresh", "--no-kql", "--target-from")
    ended = run(*arguments, "HEAD", folder=root)
    assert ended.returncode == 2
    assert "tenants/fresh.yaml does not exist at HEAD" in ended.stderr
    assert run(*arguments, "nowhere", folder=root).returncode == 2
