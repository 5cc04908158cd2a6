"""SG326: a file among the templates that is none."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class StrayTemplateFile(StageCheck):
    """A file among the templates that is none."""

    code = "SG326"
    title = "File among the templates that is no template"
    explanation = (
        "Templates are detections/_templates/NAME.kql.j2. A file of another name cannot be used"
        " or included. Rename it, or move what is not a template elsewhere; Markdown may stay."
    )
    severity = Severity.WARNING
    source = "Our own decision."
