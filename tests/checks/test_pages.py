"""The documentation's page of the checks is generated. To write it anew:

python -c "from generator.checks.pages import *; print(checks_markdown(), end='')" > docs/checks.md
"""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.checks.pages import checks_markdown, explain_check, list_checks
from generator.checks.registry import registered_codes

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"


def test_documentations_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == checks_markdown(), __doc__


def test_list_names_every_check_once() -> None:
    lines = list_checks().splitlines()
    for code, check in registered_codes().items():
        assert sum(code in line and check.summary in line for line in lines) == 1


@pytest.mark.parametrize("code", registered_codes())
def test_every_check_is_explained_within_the_width_of_a_terminal(code: str) -> None:
    page = explain_check(code)
    assert page.startswith(f"{code}  ")
    urls_apart = [line for line in page.splitlines() if "://" not in line]
    assert max(len(line) for line in urls_apart) <= 100
    assert ("cannot be waived" in page) != registered_codes()[code].waivable


def test_code_is_found_in_lower_case() -> None:
    assert explain_check("sg101") == explain_check("SG101")


def test_unknown_code_is_answered_with_the_nearest() -> None:
    with pytest.raises(LookupError, match="did you mean 'SG101'"):
        explain_check("SG1O1")
