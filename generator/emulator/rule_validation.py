"""What the service refuses in a rule, judged apart from this package's own checks.

The limits are shared facts; the judgement is not, so that the emulator can disagree with a check
that is wrong. Queries are only measured, never parsed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from generator.emulator.messages import RefusedError
from generator.emulator.rule_members import (
    check_alert_details_override,
    check_custom_details,
    check_entity_mappings,
    check_event_grouping,
    check_incident_configuration,
    check_sentinel_entities,
)
from generator.emulator.values import Refusal, as_boolean, as_duration, as_integer
from generator.kinds.analytic_rule import limits
from generator.vocabulary.tactics import tactic_names

SEVERITIES = ("High", "Medium", "Low", "Informational")
PRODUCTS = (
    "Microsoft Cloud App Security",
    "Azure Security Center",
    "Azure Advanced Threat Protection",
    "Azure Active Directory Identity Protection",
    "Azure Security Center for IoT",
    "Office 365 Advanced Threat Protection",
    "Microsoft Defender Advanced Threat Protection",
)
_OPERATORS = ("GreaterThan", "LessThan", "Equal", "NotEqual")
_TECHNIQUE = re.compile(r"T\d{4}", re.ASCII)
_SUB_TECHNIQUE = re.compile(r"T\d{4}\.\d{3}", re.ASCII)
Properties = dict[str, Any]
_COMMON_REQUIRED = (
    "displayName",
    "enabled",
    "severity",
    "query",
    "suppressionDuration",
    "suppressionEnabled",
)
_SCHEDULE_REQUIRED = ("queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold")
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "Scheduled": _COMMON_REQUIRED + _SCHEDULE_REQUIRED,
    "NRT": _COMMON_REQUIRED,
    "MicrosoftSecurityIncidentCreation": ("displayName", "enabled", "productFilter"),
    "Fusion": ("alertRuleTemplateName", "enabled"),
    "MLBehaviorAnalytics": ("alertRuleTemplateName", "enabled"),
    "ThreatIntelligence": ("alertRuleTemplateName", "enabled"),
}


def validated_rule(body: Mapping[str, Any]) -> tuple[str, Properties]:
    """Return kind and properties of a rule as sent; numbers and truth values as text are read.

    Raises RefusedError (400) with the service's "Invalid data model" and every reason in it.
    """
    kind = body.get("kind")
    if not isinstance(kind, str) or kind not in _REQUIRED:
        known = ", ".join(_REQUIRED)
        raise _invalid([Refusal("kind", f"'{kind}' is not an alert rule kind ({known}).")])
    sent = body.get("properties")
    if not isinstance(sent, dict):
        raise _invalid([Refusal("properties", "The properties field is required.")])
    properties = _read_texts(sent)
    missing = [name for name in _REQUIRED[kind] if properties.get(name) is None]
    refusals = [
        Refusal(f"properties.{name}", f"The {name[0].upper()}{name[1:]} field is required.")
        for name in missing
    ]
    for check in _CHECKS[kind]:
        refusals.extend(check(properties))
    if refusals:
        raise _invalid(refusals)
    return kind, properties


def _read_texts(sent: Properties) -> Properties:
    properties = dict(sent)
    for name in ("enabled", "suppressionEnabled"):
        if isinstance(properties.get(name), str):
            properties[name] = as_boolean(properties[name])
    if isinstance(properties.get("triggerThreshold"), str):
        properties["triggerThreshold"] = as_integer(properties["triggerThreshold"])
    return properties


def _invalid(refusals: list[Refusal]) -> RefusedError:
    reasons = ", ".join(f"{refusal.path}: {refusal.message}" for refusal in refusals)
    return RefusedError(400, "BadRequest", f"Invalid data model. [{reasons}]")


def _check_enabled(properties: Properties) -> Iterator[Refusal]:
    for name in ("enabled", "suppressionEnabled"):
        if properties.get(name) is not None and not isinstance(properties[name], bool):
            yield Refusal(f"properties.{name}", "The value is not a boolean.")


def _check_texts(properties: Properties) -> Iterator[Refusal]:
    longest = {"displayName": limits.NAME_CHARACTERS, "query": limits.QUERY_CHARACTERS}
    for name, limit in longest.items():
        value = properties.get(name)
        if value is None:
            continue
        if not isinstance(value, str) or not value.strip():
            yield Refusal(f"properties.{name}", "The value must be a text that is not empty.")
        elif len(value) > limit:
            yield Refusal(
                f"properties.{name}", f"The length must be between 1 and {limit} characters."
            )
    description = properties.get("description")
    if description is not None and (
        not isinstance(description, str) or len(description) > limits.DESCRIPTION_CHARACTERS
    ):
        yield Refusal(
            "properties.description",
            f"The value must be a text of at most {limits.DESCRIPTION_CHARACTERS} characters.",
        )


def _check_severity(properties: Properties) -> Iterator[Refusal]:
    severity = properties.get("severity")
    if severity is not None and severity not in SEVERITIES:
        yield Refusal("properties.severity", f"The value '{severity}' is not valid.")


def _check_suppression(properties: Properties) -> Iterator[Refusal]:
    if properties.get("suppressionDuration") is None:
        return
    duration = as_duration(properties["suppressionDuration"])
    if duration is None:
        yield Refusal("properties.suppressionDuration", "The value is not an ISO 8601 duration.")
    elif not limits.SHORTEST_SUPPRESSION <= duration <= limits.LONGEST_SUPPRESSION:
        yield Refusal(
            "properties.suppressionDuration", "The value must be between 5 minutes and 24 hours."
        )


def _check_schedule(properties: Properties) -> Iterator[Refusal]:
    durations: dict[str, timedelta] = {}
    for name in ("queryFrequency", "queryPeriod"):
        if properties.get(name) is None:
            continue
        duration = as_duration(properties[name])
        if duration is None:
            yield Refusal(f"properties.{name}", "The value is not an ISO 8601 duration.")
        elif not limits.SHORTEST_SCHEDULE <= duration <= limits.LONGEST_SCHEDULE:
            yield Refusal(f"properties.{name}", "The value must be between 5 minutes and 14 days.")
        else:
            durations[name] = duration
    if len(durations) < 2:
        return
    frequency, period = durations["queryFrequency"], durations["queryPeriod"]
    if frequency > period:
        yield Refusal(
            "properties.queryFrequency", "QueryFrequency must not be longer than QueryPeriod."
        )
    if period >= limits.LONG_PERIOD and frequency < limits.LONG_PERIOD_FREQUENCY:
        yield Refusal(
            "properties.queryFrequency",
            "QueryFrequency must be at least 1 hour when QueryPeriod is 2 days or more.",
        )


def _check_trigger(properties: Properties) -> Iterator[Refusal]:
    operator = properties.get("triggerOperator")
    if operator is not None and operator not in _OPERATORS:
        yield Refusal("properties.triggerOperator", f"The value '{operator}' is not valid.")
    threshold = properties.get("triggerThreshold")
    if threshold is None:
        return
    if not isinstance(threshold, int) or isinstance(threshold, bool):
        yield Refusal("properties.triggerThreshold", "The value is not an integer.")
    elif not 0 <= threshold <= limits.HIGHEST_THRESHOLD:
        yield Refusal(
            "properties.triggerThreshold",
            f"The value must be between 0 and {limits.HIGHEST_THRESHOLD}.",
        )


def _check_attack(properties: Properties) -> Iterator[Refusal]:
    yield from _check_list(properties, "tactics", lambda value: value in tactic_names())
    yield from _check_list(properties, "techniques", _matches(_TECHNIQUE))
    yield from _check_list(properties, "subTechniques", _matches(_SUB_TECHNIQUE))


def _matches(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _check_list(
    properties: Properties, name: str, accepts: Callable[[object], bool]
) -> Iterator[Refusal]:
    values = properties.get(name)
    if values is None:
        return
    if not isinstance(values, list):
        yield Refusal(f"properties.{name}", "The value must be an array.")
        return
    for index, value in enumerate(values):
        if not accepts(value):
            yield Refusal(f"properties.{name}[{index}]", f"The value '{value}' is not valid.")


def _check_template(properties: Properties) -> Iterator[Refusal]:
    if properties.get("templateVersion") and not properties.get("alertRuleTemplateName"):
        # The service names no path for this one (seen on a live workspace in 2026-05).
        yield Refusal(
            "",
            "Invalid Properties for alert rule: 'templateVersion' can only be used if "
            "'alertRuleTemplateName' is not empty.",
        )


def _check_product(properties: Properties) -> Iterator[Refusal]:
    product = properties.get("productFilter")
    if product is not None and product not in PRODUCTS:
        yield Refusal("properties.productFilter", f"The value '{product}' is not valid.")


_QUERY_CHECKS = (
    _check_enabled,
    _check_texts,
    _check_severity,
    _check_suppression,
    _check_attack,
    _check_template,
    check_entity_mappings,
    check_custom_details,
    check_alert_details_override,
    check_event_grouping,
    check_incident_configuration,
    check_sentinel_entities,
)
_CHECKS: Mapping[str, tuple[Callable[[Properties], Iterator[Refusal]], ...]] = {
    "Scheduled": (*_QUERY_CHECKS, _check_schedule, _check_trigger),
    "NRT": _QUERY_CHECKS,
    "MicrosoftSecurityIncidentCreation": (_check_enabled, _check_texts, _check_product),
    "Fusion": (_check_enabled,),
    "MLBehaviorAnalytics": (_check_enabled,),
    "ThreatIntelligence": (_check_enabled,),
}
