"""Drift as the body of an issue: indented text, which is shown as it is, never over the limit.

What is said of a rule is `plan_text`'s; here it is only made fit for GitHub.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from generator.deploy.drift import Drift
from generator.deploy.plan_text import drift_lines
from generator.text.github_markup import MAX_BYTES, size

_INDENT = "    "
_ROOM_FOR_NOTE = 200


def drift_markdown(tenant: str, drifts: Sequence[Drift], *, only_drift: bool = False) -> str:
    """Return the drift in GitHub's Markdown; what does not fit is counted at the end.

    `tenant` is a tenant's name, in which nothing but letters, digits, `-` and `_` can stand.
    """
    head = (
        f"Rules of tenant `{tenant}` are changed or missing, and no commit explains it.\n\n"
        if any(drift.counts for drift in drifts)
        else f"Nothing in the workspace of tenant `{tenant}` is changed or missing.\n\n"
    )
    lines = [
        f"{_INDENT}{line.text}".rstrip() + "\n"
        for line in drift_lines(tenant, drifts, only_drift=only_drift)
    ]
    kept = _fitting(lines, MAX_BYTES - size(head) - _ROOM_FOR_NOTE)
    text = head + "".join(lines[:kept])
    if left := len(lines) - kept:
        verb = "is" if left == 1 else "are"
        text += (
            f"\nCut here: {left:,} of {len(lines):,} lines {verb} left out; "
            f"`sentinelgen drift --tenant {tenant}` shows them all.\n"
        )
    return text


def _fitting(lines: Iterable[str], room: int) -> int:
    """Return how many lines fit into `room` bytes."""
    kept = 0
    for line in lines:
        room -= size(line)
        if room < 0:
            break
        kept += 1
    return kept
