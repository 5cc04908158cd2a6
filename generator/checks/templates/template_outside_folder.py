"""SG304: a template's name that leads out of `_templates/`."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class TemplateOutsideFolder(StageCheck):
    """The template would come from outside of `_templates/`."""

    code = "SG304"
    title = "Template from outside of _templates/"
    explanation = (
        "Only files below `detections/_templates/` can be templates. A name with `..`, an "
        "absolute path or a link that leaves the folder could bring any file of the machine into "
        "a query."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
