"""SG160: a tag of a saved search that is longer than the service is known to take."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import ModelCheck
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.hunting_query.body import tags_of
from generator.kinds.hunting_query.model import HuntingQuery

LONGEST = 256
"""Characters of a tag's value (terraform-provider-azurerm issue 23562)."""

_WRITTEN = {"description": "description", "tactics": "tactics", "techniques": "relevantTechniques"}


class LongTag(ModelCheck[HuntingQuery]):
    """Description, tactics or techniques have more than 256 characters."""

    code = Code(
        "SG160",
        summary="Description of a hunting query too long",
        explanation=(
            "The hunting page keeps description, tactics and techniques in tags of the saved "
            "search, and a tag holds 256 characters. A longer one has been refused, though "
            "packages of Microsoft's hold longer ones; it is sent whole, never cut. Say it in "
            "fewer words, and the rest in `description-detailed`, which stays in the file."
        ),
        severity=Severity.WARNING,
        source=(
            "https://github.com/hashicorp/terraform-provider-azurerm/issues/23562; "
            "Azure/Azure-Sentinel, pull request 8393 (255 characters)"
        ),
    )

    def examine(self, model: HuntingQuery, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each tag that is over the limit."""
        for name, value in tags_of(model).items():
            if len(value) > LONGEST:
                key = _WRITTEN[name]
                key = key if key in detection.document else name
                yield Problem(
                    self.code,
                    f"{name} has {len(value):,} characters as a tag, which holds {LONGEST}",
                    InDocument((key,), "key"),
                    "say the rest in description-detailed" if name == "description" else None,
                )
