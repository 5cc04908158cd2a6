"""A plan as a comment on a pull request: short on top, details collapsed, never over the limit.

Rule names and queries are somebody else's text. Names stand in `github_markup.code`, in lines that
begin with the tag of an HTML block. Changes stand in fences longer than any run of backticks in
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from generator.deploy.blast_radius import BlastRadius
from generator.deploy.plan import Action, Plan
from generator.deploy.plan_diff import MAX_VALUE, diff_lines, query_text_lines, short_path
from generator.deploy.plan_digest import (
    Group,
    creation_facts,
    groups,
    new_query,
    sources,
    warnings,
    weakened,
)
from generator.deploy.plan_text import SIGNS, group_names, is_shown, title
from generator.text.github_markup import MAX_BYTES, code, size
from generator.text.safe_text import visible

_MAX_SECTION = 12_000
_MAX_NAMES = 40_000


def plan_markdown(plan: Plan, limits: BlastRadius | None = None) -> str:
    """Return the plan in GitHub's Markdown. What does not fit is counted at the end.

    With `limits`, what a deployment with them would refuse is said on top.
    """
    counts = plan.summary
    head = [
        f"<h3>Plan for tenant {code(plan.tenant)}</h3>",
        "",
        f"<p>Workspace {code(plan.workspace_id)}</p>",
        "",
        "| | " + " | ".join(kind.value for kind in SIGNS) + " |",
        "|---" * (len(SIGNS) + 1) + "|",
        "| rules | " + " | ".join(str(counts[kind.value]) for kind in SIGNS) + " |",
        "",
        "",
    ]
    said = () if limits is None else warnings(plan, limits)
    text = "\n".join(head) + "".join(f"<p>{code(line)}</p>\n\n" for line in said)
    digest = ", ".join((*weakened(plan), *sources(plan)))
    text += f"<p>{digest}</p>\n\n" if digest else ""
    shown = groups(action for action in plan.actions if is_shown(action))
    notes = [f"<p>Note: {code(note[:MAX_VALUE])}</p>\n\n" for note in plan.notes]
    short = [_short(group) for group in shown]
    room = MAX_BYTES - size(text) - 200
    parts, cut = _fitting(chain(notes, map(_section, shown)), [*notes, *short], room)
    text += "".join(parts)
    kept = max(0, len(parts) - len(notes))
    left_out = [
        f"{what}{_counted(count, noun)}"
        for what, count, noun in (
            ("the changes of ", sum(len(shown[at - len(notes)].actions) for at in cut), "rule"),
            ("", sum(len(group.actions) for group in shown[kept:]), "whole rule"),
            ("", max(0, len(notes) - len(parts)), "note"),
        )
        if count
    ]
    if left_out:
        text += f"\nLeft out here: {', '.join(left_out)}; the plan as JSON or text shows all.\n"
    return text


def no_plan_markdown(tenant: str) -> str:
    """Return what stands in the place of a plan, above what is wrong with the content."""
    return (
        f"<h3>No plan for tenant {code(tenant)}</h3>\n\n"
        "<p>The content has errors as this tenant gets it, so nothing was compared with its "
        f"workspace. {code(f'sentinelgen validate --tenant {tenant}')} finds them as well.</p>\n\n"
    )


def _fitting(long: Iterable[str], short: Sequence[str], room: int) -> tuple[list[str], list[int]]:
    """Return the parts that fit into `room` bytes, and the places of those in their short form.

    That every rule is named comes before the details; the first ones, where a switched rule
    stands, keep theirs in up to half of the room.
    """
    sizes = [size(part) for part in short]
    to_name = sum(sizes)
    used = 0
    cut: list[int] = []
    parts: list[str] = []
    for at, (detailed, brief, named) in enumerate(zip(long, short, sizes, strict=True)):
        to_name -= named
        whole = used + size(detailed)
        if whole + to_name <= room or whole <= room // 2:
            parts.append(detailed)
            used = whole
        elif used + named <= room:
            parts.append(brief)
            used += named
            if detailed != brief:
                cut.append(at)
        else:
            break
    return parts, cut


def _summary(group: Group) -> str:
    """Return an action, or several that are alike, in one line."""
    action = group.first
    sign, _ = SIGNS[action.action]
    name = title(action) if group.is_one else f"{len(group.actions)} rules alike:"
    summary = f"{code(f'{sign} {name}')} {action.action.value}"
    if action.reason:
        summary += f": {code(action.reason[:MAX_VALUE])}"
    facts = creation_facts(action)
    if facts is not None:
        summary += f": {code(facts)}"
    return summary


def _summary_and_origin(group: Group) -> str:
    origin = group.first.origin if group.is_one else None
    told = "" if origin is None else f" - {code(origin.text[:MAX_VALUE])}"
    return f"{_summary(group)}{told}"


def _short(group: Group) -> str:
    """Return the actions of a group by name, without what they change."""
    if group.is_one:
        return f"<p>{_summary(group)}</p>\n\n"
    return _folded(_summary(group), "diff", _names(group))


def _section(group: Group) -> str:
    """Return the actions of a group with what they change, or are where they are new."""
    query = new_query(group.first)
    if query is not None:
        return _folded(
            _summary_and_origin(group), "kusto", _within(_MAX_SECTION, query_text_lines(query))
        )
    body = list(_change_lines(group.first))
    if not body:
        return f"<p>{_summary_and_origin(group)}</p>\n\n"
    names = [] if group.is_one else ["", *_names(group)]
    return _folded(_summary_and_origin(group), "diff", [*_within(_MAX_SECTION, body), *names])


def _folded(summary: str, language: str, body: Iterable[str]) -> str:
    text = "\n".join(body)
    fence = _fence(text)
    return (
        f"<details><summary>{summary}</summary>\n\n"
        f"{fence}{language}\n{text}\n{fence}\n\n</details>\n\n"
    )


def _within(room: int, lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines that fit into `room` bytes, and how many do not."""
    left = 0
    for line in lines:
        room -= size(line) + 1
        if room < 0:
            left += 1
        else:
            yield line
    if left:
        yield f"… {_counted(left, 'more line')}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _names(group: Group) -> list[str]:
    """Return the rules of a group as lines that a diff takes for neither side of it."""
    return list(_within(_MAX_NAMES, (f"  {line}" for line in group_names(group))))


def _change_lines(action: Action) -> Iterable[str]:
    for change in action.changes:
        yield f"@@ {visible(short_path(change.path))} @@"
        for line in diff_lines(change):
            yield line.text if line.sign == "@" else f"{line.sign}{line.text}"


def _fence(body: str) -> str:
    longest = max((len(run) for run in re.findall("`+", body)), default=0)
    return "`" * max(3, longest + 1)
