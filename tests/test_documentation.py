"""What the documentation says about the command is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.cli.group import COMMANDS, cli

ROOT = Path(__file__).parent.parent
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "generator/cli/scaffold/content/README.md",
]
SET_UP = [
    (
        "python3 -m venv .venv && . .venv/bin/activate && pip install -c constraints.txt . "
        "&& sentinelgen build"
    ),
    (
        "python3 -m venv .venv && . .venv/bin/activate && pip install -c constraints.txt '.[test]' "
        "&& pytest"
    ),
]
CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
CALL = re.compile(r"(?:^|&& |\$ |`)sentinelgen (?!COMMAND)([a-z]+)((?: [^\n&|]*)?)", re.MULTILINE)


def code_of(page: Path) -> list[str]:
    return [block or inline for block, inline in CODE.findall(page.read_text("utf-8"))]


@pytest.fixture
def root_folder() -> Path:
    if not (ROOT / "README.md").is_file():
        pytest.skip("the documentation is not beside the tests")
    return ROOT


def test_the_readme_has_exactly_the_two_set_up_lines(root_folder: Path) -> None:
    lines = (root_folder / "README.md").read_text("utf-8").splitlines()
    assert [line for line in lines if line.startswith("python3 -m venv")] == SET_UP


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_option_on_a_page_exists(page: Path) -> None:
    for code in code_of(page):
        for name, rest in CALL.findall(code):
            assert name in COMMANDS, f"{page.name}: sentinelgen {name}"
            command = cli.get_command(cli.make_context("sentinelgen", ["schema"]), name)
            assert command is not None
            known = {option for parameter in command.params for option in parameter.opts}
            known |= {option for parameter in command.params for option in parameter.secondary_opts}
            for option in re.findall(r"(?<= )--[a-z-]+", rest):
                assert option in known | {"--help"}, f"{page.name}: sentinelgen {name} {option}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_on_a_page_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert re.match(r"https://", target) or (page.parent / target).exists(), (
            f"{page.name}: {target}"
        )


def test_the_readme_lists_every_command(root_folder: Path) -> None:
    rows = re.findall(
        r"^\| `sentinelgen ([a-z]+)", (root_folder / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert sorted(rows) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shows_an_example_in_its_help(name: str) -> None:
    outcome = CliRunner().invoke(cli, [name, "--help"])
    assert outcome.exit_code == 0
    assert f"Example: sentinelgen {name}" in outcome.output
