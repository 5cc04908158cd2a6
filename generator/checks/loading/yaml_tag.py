"""SG009: a YAML tag."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class YamlTag(StageCheck):
    """A value carries a YAML tag that is not allowed."""

    code = "SG009"
    title = "YAML tag"
    explanation = (
        "Tags such as !!python/object ask the reader to build arbitrary objects. Only YAML's "
        "plain types are read: texts, numbers, true and false, null, lists and mappings."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
