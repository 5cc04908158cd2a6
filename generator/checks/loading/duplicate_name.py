"""SG033: a name that another detection has."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class DuplicateName(StageCheck):
    """Another detection has the same name."""

    code = "SG033"
    title = "Duplicate name"
    explanation = (
        "Analytics rules have unique names in a workspace, and analysts tell alerts apart by "
        "them. Say in the name what distinguishes this detection."
    )
    severity = Severity.ERROR
    source = (
        "Microsoft Learn, Create a scheduled analytics rule: the name is unique in the workspace."
    )
    waivable = False
