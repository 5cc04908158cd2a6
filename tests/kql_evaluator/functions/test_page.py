"""The documentation's page of the functions is generated. To write it anew:

python -c "from generator.kql_evaluator.reference import *; print(functions_markdown(), end='')" \
    > docs/functions.md
"""

from __future__ import annotations

from pathlib import Path

from generator.kql_evaluator.functions import catalogue
from generator.kql_evaluator.reference import functions_markdown

PAGE = Path(__file__).parents[3] / "docs" / "functions.md"


def test_documentations_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == functions_markdown(), __doc__


def test_page_names_every_function_once() -> None:
    page = functions_markdown()
    for name in {*catalogue().scalars, *catalogue().aggregates, *catalogue().windows}:
        assert sum(f"`{name}`" in line for line in page.splitlines() if line[:1] == "|") == 1, name
