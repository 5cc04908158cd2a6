"""The suite itself: it says the same on a busy machine, and starts a process only for a reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, settings

TESTS = Path(__file__).parent
MODULES = sorted(TESTS.rglob("*.py"))

CLOCKS = {"monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time", "time_ns"}
"""Of `time`, with `time` itself: what a test would compare with a limit."""

PATIENCE = 60
"""Seconds below which a timeout is a statement about the machine."""

PROCESSES = {
    "artifacts/test_compiler.py": "the Bicep compiler is a program",
    "checks/test_fixtures.py": "git is a program",
    "checks/test_history.py": "git is a program",
    "cli/commands.py": "rights of another user, and variables that are read at the start",
    "cli/test_build.py": "a kill in the middle of writing; a small file system",
    "cli/test_entry.py": "the ways into the command line",
    "cli/test_invocation.py": "a pipe that breaks, a full device, an interrupt",
    "deploy/repository.py": "git is a program",
    "deploy/test_fault_campaign.py": "kills in the middle of deployments",
    "deploy/test_reports.py": "a reader that goes away, a terminal that hangs up",
    "emulator/test_command.py": "a signal ends it",
    "emulator/test_store.py": "a kill loses nothing that was answered",
    "workflow_steps.py": "bash is a program",
    "kql_templates/test_query.py": "what a fresh interpreter imports",
    "test_hatch_build.py": "pip and the build are programs",
}


def calls(module: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of a module with the last name of what is called."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            yield getattr(called, "attr", getattr(called, "id", "")), node


def place(module: Path, node: ast.Call) -> str:
    return f"{module.relative_to(TESTS).as_posix()}:{node.lineno}"


def test_no_property_has_a_time_limit_of_its_own() -> None:
    limited = {
        place(module, node)
        for module in MODULES
        if module.name != "conftest.py" or module.parent != TESTS
        for name, node in calls(module)
        if name == "settings"
        and {"deadline", "suppress_health_check"} & {keyword.arg for keyword in node.keywords}
    }
    assert not limited


def test_the_profile_of_all_properties_looks_at_no_clock() -> None:
    assert settings.default is not None
    assert settings.default.deadline is None
    assert settings.default.suppress_health_check == (HealthCheck.too_slow,)
    assert settings.default.print_blob


def test_no_test_reads_a_clock() -> None:
    reading = {
        place(module, node)
        for module in MODULES
        for name, node in calls(module)
        if isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "time"
        and name in CLOCKS | {"time"}
    }
    assert not reading


def test_what_is_waited_for_may_take_its_time_on_a_busy_machine() -> None:
    impatient = {
        place(module, node)
        for module in MODULES
        for _, node in calls(module)
        for keyword in node.keywords
        if keyword.arg == "timeout"
        and isinstance(keyword.value, ast.Constant)
        and isinstance(keyword.value.value, int | float)
        and keyword.value.value < PATIENCE
    }
    assert not impatient


def test_a_process_is_started_only_where_the_process_is_the_point() -> None:
    starting = {
        module.relative_to(TESTS).as_posix()
        for module in MODULES
        for name, node in calls(module)
        if isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "subprocess"
        and name in {"run", "Popen", "call", "check_call", "check_output"}
    }
    assert starting == set(PROCESSES), "use tests.cli.commands.run, or say in PROCESSES why not"
