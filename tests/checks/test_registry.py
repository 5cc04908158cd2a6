from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

import generator
from generator.check import CatalogCheck, Check, DocumentCheck, ModelCheck, TextCheck
from generator.checks.raisers import RAISERS
from generator.checks.registry import registered_checks, registered_codes
from generator.findings import Code, Severity

PACKAGE = Path(generator.__file__).parent


def test_codes_are_in_order() -> None:
    assert list(registered_codes()) == sorted(registered_codes())
    assert "SG101" in registered_codes()
    assert "SG280" in registered_codes()


def test_every_code_in_the_package_is_registered() -> None:
    mentioned = {
        code
        for path in sorted(PACKAGE.rglob("*.py"))
        for code in re.findall(r"\bSG[0-9]{3}\b", path.read_text("utf-8"))
    }
    # Examples in help texts that name no check on purpose.
    assert mentioned - set(registered_codes()) == set()


@pytest.mark.parametrize("code", registered_codes().values())
def test_every_code_explains_itself(code: Code) -> None:
    assert code.summary == code.summary.strip()
    assert "\n" not in code.summary
    assert not code.summary.endswith(".")
    assert len(code.summary) <= 72
    assert len(code.explanation) >= 80
    assert code.source.strip()
    assert code.severity in Severity


def test_every_module_with_codes_of_its_own_is_listed() -> None:
    of_checks = {check.__module__ for check in registered_checks()}
    raisers = {module.__name__ for module in RAISERS}
    assert raisers.isdisjoint(of_checks)
    assert raisers | of_checks == {
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for path in PACKAGE.rglob("*.py")
        if re.search(r"^\s*\w+ = Code\($", path.read_text("utf-8"), re.MULTILINE)
    }


def test_a_code_travels_as_plain_text() -> None:
    for code in registered_codes().values():
        copy = pickle.loads(pickle.dumps(code))  # noqa: S301 - our own
        assert copy == code
        assert type(copy) is str


@pytest.mark.parametrize("check", registered_checks())
def test_every_check_has_a_file_of_its_own(check: type[Check]) -> None:
    assert check.__doc__
    others = [other for other in registered_checks() if other is not check]
    assert check.__module__ not in {other.__module__ for other in others}


def test_checks_that_examine_carry_no_state() -> None:
    for check in registered_checks():
        if issubclass(check, (DocumentCheck, TextCheck, ModelCheck, CatalogCheck)):
            assert vars(check()) == {}


def test_codes_are_superseded_by_codes_that_exist() -> None:
    for code in registered_codes().values():
        assert code not in code.superseded_by
        assert set(code.superseded_by) <= set(registered_codes())
