"""SG802: a rule that ARM or Bicep cannot hold."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class ArtifactTooLarge(StageCheck):
    """A rule exceeds what a template or a literal may be."""

    code = "SG802"
    title = "Rule that no artifact can hold"
    explanation = (
        "An ARM template may have 4 MB, a text in Bicep 131,072 characters, a number in Bicep 64 "
        "bits, and a file only characters that UTF-8 can encode. A rule beyond that cannot be "
        "written, and shortening it would be another rule."
    )
    severity = Severity.ERROR
    source = (
        "Azure Resource Manager documentation, template limits; Azure/bicep, LanguageConstants."
    )
    waivable = False
