"""SG301: a template that does not exist."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class TemplateNotFound(StageCheck):
    """The named template is not in `_templates/`."""

    code = "SG301"
    title = "Template not found"
    explanation = (
        "`template: NAME` and Jinja's include, import and extends name a file by its path below "
        "`detections/_templates/`, with or without `.kql.j2`. No such file is there."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
