"""What is skipped for want of ../shared says so, and cannot be skipped where it is demanded."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

TESTS = Path(__file__).parent
SUITE = """
    from pathlib import Path
    import pytest
    from tests.shared import needs_shared

    @needs_shared(Path({needed!r}))
    def test_marked():
        {body}

    def test_plain():
        pass
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(TESTS.parent))
    pytester.makeini("[pytest]\naddopts = -rs --strict-markers\n")
    pytester.makeconftest((TESTS / "conftest.py").read_text("utf-8"))
    return pytester


def write(suite: pytest.Pytester, needed: Path, body: str = "assert True") -> None:
    suite.makepyfile(SUITE.format(needed=str(needed), body=body))


def test_a_test_skips_with_a_reason_where_the_folder_is_not(suite: pytest.Pytester) -> None:
    write(suite, suite.path / "absent")
    result = suite.runpytest()
    result.assert_outcomes(passed=1, skipped=1)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*SKIPPED*not beside this checkout: absent"])


def test_a_skip_is_a_failure_where_the_folder_is_demanded(suite: pytest.Pytester) -> None:
    write(suite, suite.path / "absent")
    result = suite.runpytest("--require-shared")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*test_marked: Skipped: not beside this checkout: absent"])


def test_a_skip_for_another_reason_is_a_failure_too(suite: pytest.Pytester) -> None:
    write(suite, suite.path, "pytest.skip('no service')")
    result = suite.runpytest("--require-shared")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*test_marked: Skipped: no service"])


def test_it_is_a_failure_when_no_such_test_ran(suite: pytest.Pytester) -> None:
    write(suite, suite.path)
    result = suite.runpytest("--require-shared", "-k", "plain")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["no test that needs ../shared ran"])


def test_tests_that_ran_satisfy_the_demand(suite: pytest.Pytester) -> None:
    write(suite, suite.path)
    result = suite.runpytest("--require-shared")
    result.assert_outcomes(passed=2)
    assert result.ret == 0


def test_the_demand_holds_over_all_workers(suite: pytest.Pytester) -> None:
    write(suite, suite.path)
    assert suite.runpytest_subprocess("--require-shared", "-n", "1").ret == 0
    write(suite, suite.path / "absent")
    result = suite.runpytest_subprocess("--require-shared", "-n", "1")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*test_marked: Skipped: not beside this checkout: absent"])


def test_no_test_finds_the_folder_by_itself() -> None:
    """A path of its own would come with a skip of its own, which nobody could demand."""
    own_way = re.compile(r"^(\.\./)*shared(/|$)")
    found = {
        f"{path.relative_to(TESTS)}:{node.lineno}"
        for path in sorted(TESTS.rglob("*.py"))
        if path.name not in {"shared.py", "test_shared.py"}
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Div)
        and isinstance(node.right, ast.Constant)
        and own_way.match(str(node.right.value))
    }
    assert found == set()
