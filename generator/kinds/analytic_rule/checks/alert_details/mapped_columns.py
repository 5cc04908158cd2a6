"""Every place of a rule that names a column of the result, but for placeholders in formats."""

from __future__ import annotations

from collections.abc import Iterator

from generator.findings import DocumentPath
from generator.kinds.analytic_rule.model import AnalyticRule


def mapped_columns(rule: AnalyticRule) -> Iterator[tuple[DocumentPath, str]]:
    """Yield the path of each column name in the document, and the name."""
    for index, mapping in enumerate(rule.entity_mappings):
        for position, field in enumerate(mapping.fields):
            yield (
                ("entityMappings", index, "fieldMappings", position, "columnName"),
                field.column,
            )
    for detail in rule.custom_details:
        yield ("customDetails", detail.key), detail.column
    for index, column in enumerate(rule.sentinel_entities):
        yield ("sentinelEntitiesMappings", index, "columnName"), column
    override = rule.alert_details_override
    if override is None:
        return
    if override.tactics_column is not None:
        yield ("alertDetailsOverride", "alertTacticsColumnName"), override.tactics_column
    if override.severity_column is not None:
        yield ("alertDetailsOverride", "alertSeverityColumnName"), override.severity_column
    for index, member in enumerate(override.dynamic_properties):
        yield ("alertDetailsOverride", "alertDynamicProperties", index, "value"), member.column
