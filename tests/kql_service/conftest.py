from __future__ import annotations

import pytest

from generator.kql.schemas.builtin import builtin_environment
from generator.kql_service.bundle import KqlUnavailableError, find_bundle
from generator.kql_service.service import KqlService


@pytest.fixture(scope="session")
def service() -> KqlService:
    """The service with Sentinel's own tables and functions; skips where it is not installed."""
    try:
        find_bundle()
    except KqlUnavailableError as error:
        pytest.skip(str(error))
    return KqlService(builtin_environment())
