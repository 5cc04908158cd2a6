"""No test uses the caches of its user, fails because the machine is busy, or vanishes unseen."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.shared import missing

settings.register_profile(
    "suite",
    # How long an example takes says more about what else the machine does than about the code.
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # Where nobody can ask twice, the same commit has the same examples.
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
)
settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require-shared",
        action="store_true",
        help="fail when a test that needs the folder ../shared was skipped, or when none ran",
    )
    parser.addoption(
        "--require-lock",
        action="store_true",
        help="fail when the installed versions are not those of constraints.txt",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs_shared(*paths): reads the folder ../shared")
    config.pluginmanager.register(_SharedTests(required=config.getoption("--require-shared")))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if absent := missing(item):
        pytest.skip(f"not beside this checkout: {', '.join(path.name for path in absent)}")


class _SharedTests:
    """Counts, over all workers, what became of the tests that need the folder ../shared."""

    def __init__(self, *, required: bool) -> None:
        self.required = required
        self.ran = 0
        self.skipped: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if "needs_shared" not in report.keywords:
            return
        if report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else "skipped"
            self.skipped[report.nodeid] = reason
        elif report.when == "call":
            self.ran += 1

    def failures(self) -> list[str]:
        if not self.required:
            return []
        found = [f"{nodeid}: {reason}" for nodeid, reason in sorted(self.skipped.items())]
        return found if self.ran else [*found, "no test that needs ../shared ran"]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        is_worker = hasattr(session.config, "workerinput")
        if not is_worker and session.exitstatus == pytest.ExitCode.OK and self.failures():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if failures := self.failures():
            terminalreporter.section("--require-shared")
            for line in failures:
                terminalreporter.line(line)


@pytest.fixture(scope="session", autouse=True)
def _caches_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("user-cache")))
        yield
