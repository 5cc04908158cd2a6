"""The two display formats of a rule and the placeholders in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.kinds.analytic_rule.model import AnalyticRule

PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
"""`{{Column}}`, as Microsoft's template tests find it; group 1 is what stands in the braces."""


def display_formats(rule: AnalyticRule) -> Iterator[tuple[str, str]]:
    """Yield the member's name and the text of each format that the rule has."""
    override = rule.alert_details_override
    if override is None:
        return
    if override.display_name_format is not None:
        yield "alertDisplayNameFormat", override.display_name_format
    if override.description_format is not None:
        yield "alertDescriptionFormat", override.description_format
