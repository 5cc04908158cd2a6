"""A plan as a comment on a pull request: short on top, details collapsed, never over the limit.

Rule names and queries are somebody else's text. Names stand as escaped HTML inside `<code>`, where
neither markup nor mentions work; changes stand in fences longer than any run of backticks in them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from generator.deploy.plan import Action, ActionKind, Plan
from generator.deploy.plan_diff import diff_lines, short_path, visible
from generator.deploy.plan_text import SIGNS, title

MAX_BYTES = 64_000
"""GitHub takes comments of up to 65,536 characters; counted here in UTF-8, which is never less."""

_MAX_SECTION = 12_000


def plan_markdown(plan: Plan) -> str:
    """Return the plan in GitHub's Markdown. What does not fit is counted at the end."""
    counts = plan.summary
    head = [
        f"### Plan for tenant {_code(plan.tenant)}",
        "",
        f"Workspace {_code(plan.workspace_id)}",
        "",
        "| | " + " | ".join(kind.value for kind in SIGNS) + " |",
        "|---" * (len(SIGNS) + 1) + "|",
        "| rules | " + " | ".join(str(counts[kind.value]) for kind in SIGNS) + " |",
        "",
        *(f"- {_code(note)}" for note in plan.notes),
        "",
    ]
    text = "\n".join(head)
    shown = [action for action in plan.actions if action.action is not ActionKind.UNCHANGED]
    room = MAX_BYTES - 200
    for index, action in enumerate(shown):
        section = _section(action)
        if len((text + section).encode()) > room:
            left = len(shown) - index
            return f"{text}\n… and {left} more rules; the plan as JSON or text shows them all.\n"
        text += section
    return text


def _section(action: Action) -> str:
    sign, _ = SIGNS[action.action]
    summary = f"<code>{sign} {html.escape(title(action))}</code> {action.action.value}"
    if action.reason:
        summary += f": <code>{html.escape(visible(action.reason))}</code>"
    body = "\n".join(_change_lines(action))
    if not body:
        return f"{summary}<br>\n\n"
    if len(body) > _MAX_SECTION:
        body = body[:_MAX_SECTION].rsplit("\n", 1)[0] + "\n… cut"
    fence = _fence(body)
    return (
        f"<details><summary>{summary}</summary>\n\n{fence}diff\n{body}\n{fence}\n\n</details>\n\n"
    )


def _change_lines(action: Action) -> Iterable[str]:
    for change in action.changes:
        yield f"@@ {visible(short_path(change.path))} @@"
        for line in diff_lines(change):
            yield line.text if line.sign == "@" else f"{line.sign}{line.text}"


def _fence(body: str) -> str:
    longest = max((len(run) for run in re.findall("`+", body)), default=0)
    return "`" * max(3, longest + 1)


def _code(text: str) -> str:
    return f"<code>{html.escape(visible(text))}</code>"
