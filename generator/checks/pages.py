"""What the checks say about themselves: the list, one explained, and the documentation's page."""

from __future__ import annotations

import textwrap

from generator.checks.registry import registered_codes
from generator.checks.severities import nearest_code
from generator.findings import Code
from generator.text.near_names import question

FAMILIES = {
    "SG0": "Loading: files, YAML, schema, ids",
    "SG1": "Limits and the structure of a rule",
    "SG2": "Content quality",
    "SG3": "Templates and parameters",
    "SG4": "KQL",
    "SG5": "History",
    "SG6": "Detection tests",
    "SG7": "Tenants",
    "SG8": "Artifacts",
}
"""What the first digit of a code means."""

_WIDTH = 88

_INTRODUCTION = """\
# Checks

<!-- Generated from the codes; tests/checks/test_pages.py says when it is stale
     and how to write it anew. -->

Every finding carries the code of its check. **Error**: the service refuses it, or the rule cannot
do what it says. **Warning**: likely wrong, or only Microsoft's repository tests object. **Note**:
worth knowing. `sentinelgen checks CODE` prints what stands here about one check.

An organisation sets another severity or switches a check off in `sentinelgen.yaml`:

```yaml
checks:
  SG115: off
  SG210: error
```

A detection lives with a finding for a written reason, through the day `until` if it names one:

```yaml
waivers:
  - check: SG115
    reason: The source delivers within a minute, and missing a straggler is acceptable here.
    until: 2026-12-31
```

Neither is possible where the severity says *always*: errors of parsing, schema and ids. A waiver
that has expired, waives nothing, or gives no reason is a finding itself (SG280 to SG285).
Of one check, up to 50 findings in one detection are shown."""


def list_checks() -> str:
    """Return the table that `sentinelgen checks` prints: code, severity and title by family."""
    rows: list[str] = []
    family = ""
    for code, check in registered_codes().items():
        if code[:3] != family:
            family = code[:3]
            rows.extend(
                ["", FAMILIES.get(family, family)] if rows else [FAMILIES.get(family, family)]
            )
        rows.append(f"  {code}  {check.severity.value:<7}  {check.summary}")
    return "\n".join(rows) + "\n"


def explain_check(code: str) -> str:
    """Return what `sentinelgen checks CODE` prints.

    Raises LookupError with a message for the user when there is no such check.
    """
    check = registered_codes().get(code.upper())
    if check is None:
        near = nearest_code(code)
        hint = question(near) or "`sentinelgen checks` lists them"
        raise LookupError(f"there is no check {code}: {hint}")
    rows = [
        f"{check}  {check.summary}",
        "",
        *textwrap.wrap(check.explanation, _WIDTH),
        "",
        f"Severity: {check.severity.value}"
        + ("" if check.waivable else "; cannot be waived or lowered"),
        *textwrap.wrap(f"Source: {check.source}", _WIDTH, break_long_words=False),
    ]
    if check.waivable:
        rows.extend(["", *_how_to_change(check)])
    return "\n".join(rows) + "\n"


def _how_to_change(check: Code) -> list[str]:
    return [
        "For one detection:            waivers:",
        f"                              - check: {check}",
        "                                reason: why it is acceptable here",
        "                                until: 2026-12-31   # optional",
        "For all, in sentinelgen.yaml: checks:",
        f"                                {check}: error|warning|note|off",
    ]


def checks_markdown() -> str:
    """Return `docs/checks.md`, which is generated from the classes and committed."""
    rows = [_INTRODUCTION]
    family = ""
    for code, check in registered_codes().items():
        if code[:3] != family:
            family = code[:3]
            rows.extend(["", f"## {FAMILIES.get(family, family)}"])
        always = "" if check.waivable else ", *always*"
        rows.extend(
            [
                "",
                f"### {code}: {_markdown(check.summary)}",
                "",
                f"**{check.severity.value.capitalize()}**{always}. {_markdown(check.explanation)}",
                "",
                f"Source: {_markdown(check.source)}",
            ]
        )
    return "\n".join(rows) + "\n"


def _markdown(text: str) -> str:
    """Keep code spans as they are; what would be read as markup elsewhere is escaped."""
    parts = text.split("`")
    escaped = [
        part.translate({ord(character): f"\\{character}" for character in "*_<>[]"})
        if index % 2 == 0
        else part
        for index, part in enumerate(parts)
    ]
    return "`".join(escaped)
