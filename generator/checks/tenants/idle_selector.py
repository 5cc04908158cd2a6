"""SG706: a selector that matches no detection."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class IdleSelector(StageCheck):
    """A selector that matches no detection."""

    code = "SG706"
    title = "Selector that matches no detection"
    explanation = (
        "The selector is most likely misspelled, or the detection was renamed: a workspace "
        "would lack rules that somebody counts on, or get those that were to be left out."
    )
    severity = Severity.ERROR
    source = "Our own format, docs/deployment.md."
    waivable = False
