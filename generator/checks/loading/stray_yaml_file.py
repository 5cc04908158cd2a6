"""SG050: a YAML file below detections/ that is no detection."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class StrayYamlFile(StageCheck):
    """A YAML file below detections/ is not read."""

    code = "SG050"
    title = "YAML file that is not read"
    explanation = (
        "Detections are detections/AREA/SLUG.yaml. A file elsewhere below detections/, or one "
        "that ends in .yml, looks as if it were deployed and is not: move, rename or remove it."
    )
    severity = Severity.WARNING
    source = "Our own decision."
