"""An analytics rule as a resource of a workspace."""

from __future__ import annotations

from generator.catalog.detection import Detection
from generator.kinds.analytic_rule.api_versions import api_version_of
from generator.kinds.analytic_rule.body import request_body
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.kinds.kind import Resource

KIND = "analytic-rule"
TYPE = "Microsoft.SecurityInsights/alertRules"


def rule_resource(rule: AnalyticRule, detection: Detection) -> Resource:
    """Return the resource that a detection's rule is."""
    return resource_at(rule, detection.slug, detection.source.file)


def resource_at(rule: AnalyticRule, slug: str, file: str) -> Resource:
    """Return the resource of a rule that is known by `slug` (AREA/SLUG) and written in `file`."""
    body = request_body(rule)
    return Resource(KIND, rule.id, slug, file, TYPE, api_version_of(body), body)
