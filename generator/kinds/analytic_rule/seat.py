"""Where detections lie in a content repository."""

from __future__ import annotations

from generator.catalog.discovery import CATALOG_FOLDER, OWN_FILES
from generator.catalog.seat import Seat
from generator.kinds.analytic_rule.remarks import REMARKS, SCHEMA_FILE, SCHEMA_PACKAGE

SEAT = Seat(
    "analytic-rule",
    "detection",
    CATALOG_FOLDER,
    SCHEMA_PACKAGE,
    SCHEMA_FILE,
    lists=OWN_FILES,
    remarks=REMARKS,
)
