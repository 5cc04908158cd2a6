from __future__ import annotations

import pytest

from generator.catalog.configuration import Configuration
from generator.checks.registry import registered_codes
from generator.checks.severities import CheckSettingError, effective_severities
from generator.findings import Severity

CHECKS = registered_codes()


def test_without_settings_every_check_has_its_own_severity() -> None:
    assert effective_severities(CHECKS, Configuration()) == {
        code: check.severity for code, check in CHECKS.items()
    }


def test_organisation_raises_lowers_and_switches_off() -> None:
    settings = Configuration(checks={"SG115": "error", "SG110": "warning", "SG210": "off"})
    severities = effective_severities(CHECKS, settings)
    assert severities["SG115"] is Severity.ERROR
    assert severities["SG110"] is Severity.WARNING
    assert severities["SG210"] is None


def test_unknown_code_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(CheckSettingError, match=r"no check sg110: did you mean 'SG110'\?") as error:
        effective_severities(CHECKS, Configuration(checks={"sg110": "off"}))
    assert [code for code, _ in error.value.faults] == ["sg110"]


@pytest.mark.parametrize("setting", ["warning", "note", "off"])
def test_check_that_must_hold_cannot_be_lowered(setting: str) -> None:
    configuration = Configuration(checks={"SG282": setting})  # type: ignore[dict-item]
    with pytest.raises(CheckSettingError, match=r"SG282 .* is always an error"):
        effective_severities(CHECKS, configuration)


def test_check_that_must_hold_may_be_repeated_as_it_is() -> None:
    assert effective_severities(CHECKS, Configuration(checks={"SG282": "error"}))["SG282"]
