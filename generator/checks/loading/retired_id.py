"""SG034: an id that was retired."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class RetiredId(StageCheck):
    """The id of the detection was retired."""

    code = "SG034"
    title = "Id that was retired"
    explanation = (
        "detections/retired.yaml says that the rule of this id is to be deleted, and the "
        "detection says that it is to be deployed. Remove the entry to bring the detection "
        "back, or give a new detection an id of its own."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
