"""SG117: more enabled rules than one workspace takes."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Catalog, Detection
from generator.check import CatalogCheck
from generator.findings import Code, InDocument, Problem, Severity


class EnabledRuleLimit(CatalogCheck):
    """The catalog enables more Scheduled or NRT rules than `limits` allows a workspace."""

    code = Code(
        "SG117",
        summary="More enabled rules than a workspace takes",
        explanation=(
            "A workspace takes 512 enabled Scheduled rules and 50 enabled NRT rules, counted "
            "apart; deploying the whole catalog to one would be blocked. Disable rules, let "
            "tenants select a part, or write the number that Microsoft granted you into `limits` "
            "in sentinelgen.yaml."
        ),
        severity=Severity.WARNING,
        source=(
            "https://learn.microsoft.com/azure/sentinel/sentinel-service-limits (analytics rules)"
        ),
    )

    def examine(self, catalog: Catalog) -> Iterator[tuple[Detection, Problem]]:
        """Yield one problem a kind, at the first detection over its limit."""
        settings = catalog.configuration
        for kind, limit in (("Scheduled", settings.scheduled_limit), ("NRT", settings.nrt_limit)):
            enabled = [
                detection
                for detection in catalog.detections
                if (detection.document.get("kind") == "NRT") is (kind == "NRT")
                and detection.document.get("enabled") is not False
            ]
            if len(enabled) > limit:
                yield (
                    enabled[limit],
                    Problem(
                        self.code,
                        f"the catalog enables {len(enabled):,} {kind} rules; "
                        f"a workspace takes {limit:,}",
                        InDocument(("name",)),
                    ),
                )
