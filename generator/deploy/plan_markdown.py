"""A plan as a comment on a pull request: short on top, details collapsed, never over the limit.

Rule names and queries are somebody else's text. Names stand inside `<code>`, where no mention
works, in lines that begin with the tag of an HTML block, where no Markdown works, and characters
that mean something in either are references. Changes stand in fences longer than any run of
backticks in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from generator.deploy.plan import Action, Plan
from generator.deploy.plan_diff import MAX_VALUE, diff_lines, short_path
from generator.deploy.plan_text import SIGNS, is_shown, title
from generator.text.safe_text import visible

MAX_BYTES = 64_000
"""GitHub takes comments of up to 65,536 characters; counted here in UTF-8, which is never less."""

_MAX_SECTION = 12_000
_MARKUP = re.compile(r"""[&<>"'!`*_\[\](){}~|\\:@#]""")


def plan_markdown(plan: Plan) -> str:
    """Return the plan in GitHub's Markdown. What does not fit is counted at the end."""
    counts = plan.summary
    head = [
        f"<h3>Plan for tenant {_code(plan.tenant)}</h3>",
        "",
        f"<p>Workspace {_code(plan.workspace_id)}</p>",
        "",
        "| | " + " | ".join(kind.value for kind in SIGNS) + " |",
        "|---" * (len(SIGNS) + 1) + "|",
        "| rules | " + " | ".join(str(counts[kind.value]) for kind in SIGNS) + " |",
        "",
        "",
    ]
    text = "\n".join(head)
    shown = [action for action in plan.actions if is_shown(action)]
    lines = [f"<p>{_summary(action)}</p>\n\n" for action in shown]
    sections = (_section(action) or line for action, line in zip(shown, lines, strict=True))
    notes = [f"<p>Note: {_code(note[:MAX_VALUE])}</p>\n\n" for note in plan.notes]
    room = MAX_BYTES - _size(text) - 200
    parts, cut = _fitting(chain(notes, sections), [*notes, *lines], room)
    left = len(notes) + len(lines) - len(parts)
    text += "".join(parts)
    if cut or left:
        text += (
            f"\nThe changes of {cut} rules are left out, and {left} more rules; "
            "the plan as JSON or text shows them all.\n"
        )
    return text


def _fitting(long: Iterable[str], short: Sequence[str], room: int) -> tuple[list[str], int]:
    """Return the parts that fit into `room` bytes, and how many of them in their short form.

    That every rule is named comes before the details; the first ones, where a switched rule
    stands, keep theirs in up to half of the room.
    """
    sizes = [_size(part) for part in short]
    to_name = sum(sizes)
    used = 0
    cut = 0
    parts: list[str] = []
    for detailed, brief, size in zip(long, short, sizes, strict=False):
        to_name -= size
        whole = used + _size(detailed)
        if whole + to_name <= room or whole <= room // 2:
            parts.append(detailed)
            used = whole
        elif used + size <= room:
            parts.append(brief)
            used += size
            cut += detailed != brief
        else:
            break
    return parts, cut


def _summary(action: Action) -> str:
    sign, _ = SIGNS[action.action]
    summary = f"{_code(f'{sign} {title(action)}')} {action.action.value}"
    if action.reason:
        summary += f": {_code(action.reason[:MAX_VALUE])}"
    return summary


def _section(action: Action) -> str:
    """Return an action with its origin and changes, or an empty text where it has neither."""
    origin = "" if action.origin is None else f" - {_code(action.origin.text[:MAX_VALUE])}"
    body = "\n".join(_change_lines(action))
    if not body:
        return f"<p>{_summary(action)}{origin}</p>\n\n" if origin else ""
    if len(body) > _MAX_SECTION:
        body = body[:_MAX_SECTION].rsplit("\n", 1)[0] + "\n… cut"
    fence = _fence(body)
    return (
        f"<details><summary>{_summary(action)}{origin}</summary>\n\n"
        f"{fence}diff\n{body}\n{fence}\n\n</details>\n\n"
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
    return f"<code>{_literal(visible(text))}</code>"


def _literal(text: str) -> str:
    """Return text as HTML in which neither HTML nor Markdown has any meaning."""
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", text)


def _size(text: str) -> int:
    """Return the bytes of a text, also of one that holds half a surrogate pair."""
    return len(text.encode("utf-8", "surrogatepass"))
