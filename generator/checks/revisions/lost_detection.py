"""SG501: an id that is gone without having been retired."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class LostDetection(StageCheck):
    """The base revision has a detection whose id is neither in the catalog nor retired."""

    code = "SG501"
    title = "Detection removed without being retired"
    explanation = (
        "A deployed rule is ours as long as its id stands in the catalog or in "
        "detections/retired.yaml. When a detection is only deleted, or its id changed, its rule "
        "stays in every workspace and nobody owns it any more. Remove detections with "
        "`sentinelgen retire ID --reason TEXT`, and never change an id."
    )
    severity = Severity.ERROR
    source = "Our own decision: what we own is known without a state file."
