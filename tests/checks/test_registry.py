from __future__ import annotations

import re
from pathlib import Path

import pytest

import generator
from generator.checks.check import CatalogCheck, Check, DocumentCheck, RuleCheck
from generator.checks.registry import registered_checks
from generator.findings import Severity

PACKAGE = Path(generator.__file__).parent


def test_checks_are_found_by_folder_in_the_order_of_their_codes() -> None:
    assert list(registered_checks()) == sorted(registered_checks())
    assert "SG101" in registered_checks()
    assert "SG280" in registered_checks()


def test_every_code_in_the_package_has_a_class() -> None:
    mentioned = {
        code
        for path in sorted(PACKAGE.rglob("*.py"))
        for code in re.findall(r"\bSG[0-9]{3}\b", path.read_text("utf-8"))
    }
    # Examples in help texts that name no check on purpose.
    assert mentioned - set(registered_checks()) == set()


@pytest.mark.parametrize("check", registered_checks().values())
def test_every_check_explains_itself(check: type[Check]) -> None:
    assert check.__doc__
    assert check.title == check.title.strip()
    assert "\n" not in check.title
    assert not check.title.endswith(".")
    assert len(check.title) <= 72
    assert len(check.explanation) >= 80
    assert check.source.strip()
    assert check.severity in Severity


@pytest.mark.parametrize("check", registered_checks().values())
def test_every_check_has_a_file_of_its_own(check: type[Check]) -> None:
    others = [other for other in registered_checks().values() if other is not check]
    assert check.__module__ not in {other.__module__ for other in others}


def test_checks_that_examine_carry_no_state() -> None:
    for check in registered_checks().values():
        if issubclass(check, (DocumentCheck, RuleCheck, CatalogCheck)):
            assert vars(check()) == {}


def test_checks_are_superseded_by_checks_that_exist() -> None:
    for code, check in registered_checks().items():
        assert code not in check.superseded_by
        assert set(check.superseded_by) <= set(registered_checks())
