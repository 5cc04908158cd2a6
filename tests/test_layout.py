"""The layout is a policy: imports run along the flow, modules stay small and say why they exist."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import generator

PACKAGE = Path(generator.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

FLOW: dict[str, set[str]] = {
    "findings": set(),
    "text": {"findings"},
    "disk": {"findings", "text"},
    "git": set(),
    "vocabulary": {"text"},
    "catalog": {"findings", "text", "disk"},
    # What the three rooms of KQL have in common; none of them knows another.
    "kql": {"findings", "text", "disk", "catalog"},
    "kql_templates": {"findings", "text", "disk", "catalog", "kql"},
    "kql_service": {"text", "disk", "kql"},
    "kql_evaluator": {"findings", "text", "kql"},
    # What a check is; those of one kind of content stand in its room, the others in `checks`.
    "check": {"findings", "catalog", "kql"},
    "kinds": {
        *("findings", "text", "vocabulary", "catalog", "kql", "kql_evaluator", "check", "azure"),
    },
    "stage": {"findings", "catalog", "kql", "kql_templates", "kinds"},
    "checks": {
        *("findings", "text", "disk", "git", "vocabulary", "catalog", "check", "kinds", "stage"),
        *("kql", "kql_templates", "kql_service", "kql_evaluator"),
        # Their codes, which stand beside what raises them; none of them knows the checks.
        *("tenants", "detection_tests", "artifacts"),
    },
    "compile": {"findings", "catalog", "kql", "kql_templates", "kinds", "stage", "checks"},
    "artifacts": {"findings", "disk", "catalog", "kinds"},
    "tenants": {"findings", "text", "disk", "catalog", "kql_templates"},
    "past": {"text", "disk", "git", "catalog", "kql_templates", "kinds", "stage", "tenants"},
    "symbols": {"catalog", "kinds", "kql"},
    "surroundings": {"text", "catalog", "kinds", "kql_templates", "tenants"},
    # The management API itself: no content, no plan.
    "azure": {"text", "disk", "tenants"},
    "deploy": {"text", "disk", "git", "catalog", "azure", "kinds", "tenants", "past"},
    "emulator": {"findings", "text", "disk", "vocabulary", "kinds"},
    "detection_tests": {
        *("findings", "text", "disk", "vocabulary", "catalog", "kinds", "stage"),
        *("kql", "kql_templates", "kql_service", "kql_evaluator"),
    },
}
"""Which rooms of the package each room may import from; the command line may use them all."""


def room_of(module: Path) -> str:
    relative = module.relative_to(PACKAGE)
    if module.name == "__main__.py":
        return "__main__"  # an entry point is a way into the command line
    return relative.parts[0].removesuffix(".py")


def imported_rooms(module: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [node.module]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        rooms |= {name.split(".")[1] for name in names if name.startswith("generator.")}
    return rooms


@pytest.mark.parametrize("room", sorted(FLOW))
def test_imports_run_along_the_flow_and_never_back(room: str) -> None:
    allowed = FLOW[room] | {room}
    back = {
        f"{module.relative_to(PACKAGE)} imports {other}"
        for module in MODULES
        if room_of(module) == room
        for other in imported_rooms(module) - allowed
    }
    assert not back


def test_every_room_is_in_the_flow() -> None:
    rooms = {room_of(module) for module in MODULES}
    assert rooms - {"__init__", "__main__", "cli"} == set(FLOW)


def test_no_module_holds_two_things() -> None:
    long = {
        str(module.relative_to(PACKAGE)): lines
        for module in MODULES
        if (lines := len(module.read_text("utf-8").splitlines())) > 400
    }
    assert not long


PRINTING = {"print", "click.echo", "click.secho", "click.confirm", "click.prompt", "os.write"} | {
    *("click.pause", "click.progressbar", "click.echo_via_pager", "logging.StreamHandler"),
    *("sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__", "warnings.warn"),
    *("rich.print", "rich.console.Console", "rich.progress.Progress", "traceback.print_exc"),
}
"""What writes to a stream that people and runners of workflows read."""


def names_used(module: Path) -> set[str]:
    """Return the dotted names that a module uses or imports."""
    used = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            used |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Attribute | ast.Name):
            used.add(ast.unparse(node))
    return used


def test_one_module_prints() -> None:
    printing = {
        str(module.relative_to(PACKAGE)): names
        for module in MODULES
        if (names := PRINTING & names_used(module))
    }
    assert set(printing) == {"cli/console.py"}
