"""One API version per rule: the same for artifacts and for the deployment."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from generator.azure.api_versions import is_api_version
from generator.kinds.analytic_rule.api_versions import (
    PREVIEW_API_VERSION,
    STABLE_API_VERSION,
    api_version_of,
)
from generator.kinds.analytic_rule.assemble import assemble
from generator.kinds.analytic_rule.body import request_body
from tests.deploy.rules import body
from tests.kinds.analytic_rule.body_reader import api_version_of as version_by_the_documentation
from tests.kinds.analytic_rule.documents import QUERY, detection_of, distinct_documents


@given(distinct_documents())
def test_a_body_needs_what_the_documentation_says_of_its_rule(document: dict[str, Any]) -> None:
    rule = assemble(detection_of(document), QUERY)
    assert api_version_of(request_body(rule)) == version_by_the_documentation(rule)


@pytest.mark.parametrize(
    "properties",
    [
        {"subTechniques": ["T1098.001"]},
        {"sentinelEntitiesMappings": [{"columnName": "Entities"}]},
        {"aMemberOfThePortal": 1},
        {"alertDetailsOverride": {"alertDynamicProperties": [{"alertProperty": "SubTechniques"}]}},
    ],
    ids=str,
)
def test_what_only_a_preview_version_shows_is_written_with_it(properties: dict[str, Any]) -> None:
    assert api_version_of(body(1)) == STABLE_API_VERSION
    assert api_version_of(body(1, **properties)) == PREVIEW_API_VERSION
    assert api_version_of(body(1), body(1, **properties)) == PREVIEW_API_VERSION


@pytest.mark.parametrize("nothing", [None, [], {}], ids=str)
def test_a_member_that_says_nothing_needs_no_preview_version(nothing: object) -> None:
    assert api_version_of(body(1, subTechniques=nothing)) == STABLE_API_VERSION


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("2025-09-01", True),
        ("2025-07-01-preview", True),
        ("2025-09-01&x=1", False),
        ("latest", False),
        ("٢٠٢٥-09-01", False),
        ("2025-09-01\n", False),
    ],
    ids=ascii,
)
def test_an_api_version_is_a_date(text: str, is_one: bool) -> None:
    assert is_api_version(text) is is_one
