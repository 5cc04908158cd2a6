from __future__ import annotations

from pathlib import Path

import pytest

from generator.kql.schemas.builtin import builtin_environment
from generator.kql_service import answers, bundle
from generator.kql_service.bundle import KqlUnavailableError, find_bundle
from generator.kql_service.service import KqlService


def test_a_missing_service_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "_FOLDER", tmp_path)
    with pytest.raises(KqlUnavailableError, match="install sentinelgen again"):
        find_bundle()


def test_a_missing_v8_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "find_spec", lambda _name: None)
    with pytest.raises(KqlUnavailableError, match="mini-racer"):
        find_bundle()


def test_asking_a_missing_service_raises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "_FOLDER", tmp_path)
    answers._bridge_digest.cache_clear()
    try:
        with pytest.raises(KqlUnavailableError):
            KqlService(builtin_environment()).analyze("SigninLogs")
    finally:
        answers._bridge_digest.cache_clear()
