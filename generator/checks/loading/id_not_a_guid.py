"""SG030: an id that is no GUID."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class IdNotAGuid(StageCheck):
    """The id is no GUID."""

    code = "SG030"
    title = "Id that is no GUID"
    explanation = (
        "The id is the rule's resource name in Azure and identifies it for ever. It is a GUID "
        "in the plain form with hyphens, without braces."
    )
    severity = Severity.ERROR
    source = "Azure/Azure-Sentinel, Query Style Guide: the id is a GUID."
    waivable = False
