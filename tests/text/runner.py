"""What the runner of a workflow takes for a command, told apart from what we do against it.

From actions/runner, src/Runner.Common/ActionCommand.cs: a line that begins with `::` once it is
trimmed, or one that holds `##[` anywhere. Azure Pipelines has `##vso[` as well.
"""

from __future__ import annotations


def commands_in(text: str) -> list[str]:
    """Return the lines that a runner would follow, or look at more closely."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [
        line for line in lines if line.strip().startswith("::") or "##[" in line or "##vso[" in line
    ]
