"""SG801: two artifacts that some file system takes for one."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class ArtifactNameConflict(StageCheck):
    """Two detections, or a detection and the catalog's template, would share a file."""

    code = "SG801"
    title = "Artifacts with the same name"
    explanation = (
        "Each detection is written to `arm/AREA/SLUG.json` and `.bicep`. Windows and macOS do not "
        "tell names apart that differ only in case, `arm/catalog/all.json` belongs to the whole "
        "catalog, and a file cannot have the name of a folder. One of the two would be lost, so "
        "nothing is written: rename one of the detections."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
