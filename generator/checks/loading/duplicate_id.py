"""SG032: an id that another detection has."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class DuplicateId(StageCheck):
    """Another detection has the same id."""

    code = "SG032"
    title = "Duplicate id"
    explanation = (
        "The id is the rule's resource name, so two detections with one id would overwrite each"
        " other. Give the newer one an id of its own."
    )
    severity = Severity.ERROR
    source = "Azure Resource Manager: names of resources of one type are unique in their scope."
    waivable = False
