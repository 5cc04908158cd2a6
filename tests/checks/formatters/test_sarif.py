from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.checks.formatters.sarif import format_sarif
from generator.checks.registry import registered_codes
from generator.findings import Severity
from tests.checks.formatters.some_findings import finding

SCHEMA = Path(__file__).parent / "schemas" / "sarif-schema-2.1.0.json"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft4Validator:
    return jsonschema.Draft4Validator(json.loads(SCHEMA.read_text("utf-8")))


def test_log_is_valid_against_the_schema_of_the_standard(
    validator: jsonschema.Draft4Validator,
) -> None:
    findings = [
        *(finding(severity=severity) for severity in Severity),
        finding(detection=None, help="do this"),
        finding(end_line=9, end_column=1),
    ]
    assert list(validator.iter_errors(json.loads(format_sarif(findings)))) == []


def test_log_without_findings_is_valid(validator: jsonschema.Draft4Validator) -> None:
    assert list(validator.iter_errors(json.loads(format_sarif([])))) == []


def test_every_check_is_a_rule_with_its_own_level_and_texts() -> None:
    rules = json.loads(format_sarif([]))["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(registered_codes())
    assert len({rule["name"] for rule in rules}) == len(rules)
    for rule in rules:
        assert re.fullmatch("[A-Z0-9][A-Za-z0-9]+", rule["name"])
        check = registered_codes()[rule["id"]]
        assert rule["defaultConfiguration"] == {"level": check.severity.value}
        assert rule["fullDescription"] == {"text": check.explanation}


def test_result_points_at_its_rule_and_its_place() -> None:
    run = json.loads(format_sarif([finding()], prefix="content"))["runs"][0]
    (result,) = run["results"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "SG110"
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "content/detections/devices/new%20device.yaml"
    assert location["region"] == {
        "startLine": 3,
        "startColumn": 15,
        "endLine": 3,
        "endColumn": 19,
    }


@settings(max_examples=25)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1), st.text())
def test_hostile_names_and_texts_stay_valid(file: str, message: str) -> None:
    validator = jsonschema.Draft4Validator(json.loads(SCHEMA.read_text("utf-8")))
    log = json.loads(format_sarif([finding(file="detections/" + file, message=message)]))
    assert list(validator.iter_errors(log)) == []
    location = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    uri = location["artifactLocation"]["uri"]
    assert uri.isascii()
    assert unquote(uri) == "detections/" + file
