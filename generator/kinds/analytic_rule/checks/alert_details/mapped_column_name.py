"""SG149: a mapped column that is no column name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.alert_details.mapped_columns import mapped_columns
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import COLUMN_NAME_CHARACTERS
from generator.kinds.analytic_rule.model import AnalyticRule

_COLUMN = re.compile(r"[A-Za-z_]\w*", re.ASCII)


class MappedColumnName(RuleCheck):
    """A column named in a mapping is not a plain column name, or has more than 500 characters."""

    code = Code(
        "SG149",
        summary="Malformed column name in a mapping",
        explanation=(
            "Mappings name a column of the query's result: a letter or underscore, then letters, "
            "digits and underscores, up to 500 characters. An expression such as "
            "`tostring(Account)` or a path such as `Target.id` names none. Compute the value in "
            "the query (`extend`) and map that column."
        ),
        severity=Severity.WARNING,
        source=(
            "Azure/Azure-Sentinel, .script/tests/detectionTemplateSchemaValidation (columnName, "
            "customDetails)"
        ),
        superseded_by=("SG420",),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each malformed column name."""
        for path, column in mapped_columns(rule):
            help_ = "compute the value in the query with extend and map that column"
            if not column.strip():
                message, help_ = "the column name is blank", "name a column, or leave the key out"
            elif len(column) > COLUMN_NAME_CHARACTERS:
                message = f"the column name has {len(column)} characters"
            elif not _COLUMN.fullmatch(column):
                message = f"{column!r} is not a column name"
            else:
                continue
            yield Problem(
                self.code,
                message,
                InDocument(path),
                help_,
            )
