"""Every rule that exists, here and in the community's repository, can be written and is valid.

The ARM schemas and the community's rules lie beside the checkout; where they do not, the tests
that need them are skipped.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from jsonschema import Draft4Validator, Draft202012Validator
from referencing import Registry
from referencing import Resource as SchemaResource
from referencing.jsonschema import DRAFT4

from generator.artifacts.build import plan_artifacts
from generator.catalog.configuration import Configuration
from generator.catalog.load import load_catalog, load_text
from generator.compile import compile_catalog
from generator.findings import Severity
from generator.kinds import seats
from generator.kinds.analytic_rule.api_versions import api_version_of
from generator.kinds.analytic_rule.assemble import assemble
from generator.kinds.analytic_rule.body import request_body
from generator.kinds.analytic_rule.kind import ANALYTIC_RULES
from generator.kinds.analytic_rule.model import AnalyticRule, DynamicProperty, RuleKind
from generator.kinds.analytic_rule.seat import SEAT
from generator.kinds.kind import Resource
from generator.text.source_text import SourceText
from tests.artifacts.arm_reader import read_template
from tests.artifacts.bicep_reader import read_bicep
from tests.artifacts.rules import complete_rule, scheduled_rule
from tests.artifacts.test_agreement import WORKSPACE, meant, wanted
from tests.shared import ARM_SCHEMAS, COMMUNITY_RULES, needs_shared

REPOSITORY = Path(__file__).parents[2]
ENVELOPE = Path(__file__).parent / "fixtures/envelope.schema.json"
GUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
DEFINITIONS = {RuleKind.SCHEDULED: "ScheduledAlertRule", RuleKind.NRT: "NrtAlertRule"}


@cache
def repository_rules() -> tuple[tuple[AnalyticRule, Resource], ...]:
    catalog = load_catalog(REPOSITORY, Configuration(), seats())
    compilation = compile_catalog(catalog, today=date(2026, 1, 1))
    assert [f for f in compilation.findings if f.severity is Severity.ERROR] == []
    return tuple(
        (staged.model, resource)
        for staged in compilation.detections
        if staged.kind is ANALYTIC_RULES and (resource := staged.resource()) is not None
    )


@cache
def community_rules() -> tuple[tuple[AnalyticRule, Resource], ...]:
    """Return every rule of the corpus, its true errors mended so that none is left out.

    The errors are 17 ids that are no GUID and 3 misspelled members of alertDetailsOverride.
    """
    return tuple(_community_rule(path) for path in sorted(COMMUNITY_RULES.glob("*.yaml")))


def _community_rule(path: Path) -> tuple[AnalyticRule, Resource]:
    slug = f"community/{path.stem}"
    text = path.read_text(encoding="utf-8-sig")
    for wrong in ("alertDisplaynameFormat:", "alertnameFormat:"):
        text = text.replace(wrong, "alertDisplayNameFormat:")
    source = SourceText(f"detections/{slug}.yaml", text)
    loaded = load_text(source, slug, SEAT)
    assert loaded.detection is not None, loaded.problems
    rule = assemble(loaded.detection, loaded.detection.document["query"])
    if GUID.fullmatch(rule.id) is None:
        rule = replace(rule, id=str(uuid5(NAMESPACE_URL, rule.id)))
    return rule, ANALYTIC_RULES.resource(rule, slug)


def assert_written_faithfully(built: tuple[tuple[AnalyticRule, Resource], ...]) -> None:
    envelope = Draft202012Validator(json.loads(ENVELOPE.read_text()))
    for form in ("extension", "providers"):
        # Alone, because the community uses some ids and names twice.
        for rule, resource in built:
            plan = plan_artifacts([resource], Configuration(bicep_form=form))
            for path, content in plan.items():
                text = b"".join(content).decode()
                if path.endswith(".json"):
                    envelope.validate(json.loads(text))
                    assert meant(read_template(text, WORKSPACE)) == [wanted(rule)], path
                else:
                    assert meant(read_bicep(text, WORKSPACE)) == [wanted(rule)], path


@cache
def strict_validator(version: str, definition: str) -> Draft4Validator:
    """Validate as ARM's schema for a rule does, but refuse what it does not declare."""
    schema = json.loads((ARM_SCHEMAS / f"Microsoft.SecurityInsights.{version}.json").read_text())
    common = json.loads((ARM_SCHEMAS / "common.definitions.json").read_text())
    strict = _strict(schema)
    registry = Registry().with_resources(
        [
            (strict["id"].rstrip("#"), SchemaResource(strict, DRAFT4)),
            (common["id"].rstrip("#"), SchemaResource(common, DRAFT4)),
        ]
    )
    reference = {"$ref": f"{strict['id']}/definitions/{definition}"}
    return Draft4Validator(reference, registry=registry)


def _strict(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {key: _strict(value) for key, value in schema.items()}
    match strict.get("oneOf"):
        case [value, {"$ref": reference}] if reference.endswith("/definitions/expression"):
            # A rule's own text never becomes an expression.
            return value
    if strict.get("type") == "object" and "properties" in strict:
        strict.setdefault("additionalProperties", False)
    return strict


def assert_declared_by_its_api_version(rule: AnalyticRule) -> None:
    plan = plan_artifacts([ANALYTIC_RULES.resource(rule, "a/b")], Configuration())
    [resource] = read_template(b"".join(plan["a/b.json"]).decode(), WORKSPACE)
    body = {"kind": resource.kind, "properties": resource.properties}
    strict_validator(resource.api_version, DEFINITIONS[rule.kind]).validate(body)


def test_every_detection_of_this_repository_reads_back_from_its_artifacts() -> None:
    assert repository_rules()
    assert_written_faithfully(repository_rules())


@needs_shared(ARM_SCHEMAS)
def test_every_detection_of_this_repository_is_declared_by_its_api_version() -> None:
    for rule, _ in repository_rules():
        assert_declared_by_its_api_version(rule)


@needs_shared(COMMUNITY_RULES)
def test_every_community_rule_reads_back_from_its_artifacts() -> None:
    assert len(community_rules()) == len(list(COMMUNITY_RULES.iterdir()))
    assert_written_faithfully(community_rules())


@needs_shared(COMMUNITY_RULES)
@needs_shared(ARM_SCHEMAS)
def test_every_community_rule_is_declared_by_its_api_version() -> None:
    for rule, _ in community_rules():
        assert_declared_by_its_api_version(rule)


@needs_shared(ARM_SCHEMAS)
@pytest.mark.parametrize("kind", RuleKind)
@pytest.mark.parametrize("preview", [False, True])
def test_a_rule_with_every_member_is_declared_by_its_api_version(
    kind: RuleKind, preview: bool
) -> None:
    assert_declared_by_its_api_version(complete_rule(kind, preview=preview))


@needs_shared(ARM_SCHEMAS)
@pytest.mark.parametrize(
    "changes",
    [
        {"sub_techniques": ("T1078.004",)},
        {"sentinel_entities": ("Entities",)},
        {"alert_details_override": "SubTechniques"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_the_preview_version_is_taken_only_for_what_the_stable_one_cannot_hold(
    changes: dict[str, Any],
) -> None:
    if "alert_details_override" in changes:
        override = complete_rule(RuleKind.SCHEDULED, preview=False).alert_details_override
        assert override is not None
        properties = (DynamicProperty("SubTechniques", "Column"),)
        changes = {
            "alert_details_override": type(override)("{{Account}}", dynamic_properties=properties)
        }
    rule = scheduled_rule(**changes)
    assert_declared_by_its_api_version(rule)
    assert api_version_of(request_body(rule)) == "2025-07-01-preview"
    stable = strict_validator("2025-09-01", DEFINITIONS[rule.kind])
    assert not stable.is_valid(request_body(rule))
