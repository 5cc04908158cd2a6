"""Every place of a rule that names a column of its query's result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.findings import InDocument, InText, Place
from generator.kinds.analytic_rule.checks.alert_details.display_formats import (
    PLACEHOLDER,
    display_formats,
)
from generator.kinds.analytic_rule.checks.alert_details.mapped_columns import mapped_columns
from generator.kinds.analytic_rule.model import AnalyticRule

_SHOWN = 12

_CHOICES = ("alertTacticsColumnName", "alertSeverityColumnName")


@dataclass(frozen=True, slots=True)
class NamedColumn:
    """A column's name and where it is named."""

    column: str
    place: Place


def named_columns(rule: AnalyticRule) -> Iterator[NamedColumn]:
    """Yield the columns of all mappings and of the placeholders in display formats."""
    for path, column in mapped_columns(rule):
        if not column.strip() and path[-1] in _CHOICES:
            continue  # the portal's way to say that nothing is chosen: SG149 says so
        yield NamedColumn(column, InDocument(path))
    for member, text in display_formats(rule):
        for match in PLACEHOLDER.finditer(text):
            if not match[1].strip():
                continue  # no name at all: SG147 says so
            place = InText(("alertDetailsOverride", member), *match.span(1))
            yield NamedColumn(match[1].strip(), place)


def shortened(names: Iterable[str]) -> str:
    """Return a list of names in words, the first dozen of them."""
    listed = list(names)
    shown = ", ".join(listed[:_SHOWN]) or "no column"
    return shown + (f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else "")
