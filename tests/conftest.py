"""No test uses the caches of the user who runs it, or fails because the machine is busy."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

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


@pytest.fixture(scope="session", autouse=True)
def _caches_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("user-cache")))
        yield
