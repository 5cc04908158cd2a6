"""Plans as files, comments and text: round trips, refusals, and texts that mean harm."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from generator.deploy.origin import Origin, Source
from generator.deploy.plan import Action, ActionKind, Plan, PlanOptions
from generator.deploy.plan_basis import basis_of
from generator.deploy.plan_diff import diff_lines, query_text_lines
from generator.deploy.plan_digest import creation_facts
from generator.deploy.plan_file import (
    PlanFileError,
    check_plan,
    plan_document,
    read_plan,
    write_plan,
)
from generator.deploy.plan_markdown import plan_markdown
from generator.deploy.plan_text import plan_lines, summary_line
from generator.deploy.tenant_content import TenantContent
from generator.deploy.tool import TOOL
from generator.kinds.shape import Change
from generator.tenants.tenant import Tenant
from generator.text.safe_text import visible
from generator.text.source_text import SourceText
from tests.deploy.conftest import target_at
from tests.deploy.rules import body, content, desired, rule_id

CONTENT = TenantContent((content(desired(0), desired(1), retired=(2,)),))
TARGET = target_at("http://127.0.0.1:1")
TENANT = Tenant("lab", SourceText("lab.yaml", ""), TARGET, {})
BASIS = basis_of(CONTENT, PlanOptions(), TARGET)


def sample(**changed: Any) -> Plan:
    actions = (
        Action(rule_id(0), "area/rule-0000", "Scheduled", ActionKind.CREATE, desired=body(0)),
        Action(
            rule_id(1),
            "area/rule-0001",
            "Scheduled",
            ActionKind.UPDATE,
            '"e"',
            changes=(Change("properties.enabled", False, True),),
            desired=body(1),
            origin=Origin(Source.REPOSITORY, "live as at 0a1b", "0a1b", "2026-01-31T00:00:00Z"),
        ),
        Action(rule_id(2), "area/retired-0002", "Scheduled", ActionKind.DELETE, '"f"', "retired"),
    )
    return replace(Plan("lab", TARGET.workspace_id.upper(), TOOL, BASIS, actions), **changed)


def test_a_plan_comes_back_from_its_file(tmp_path: Path) -> None:
    write_plan(sample(), tmp_path / "plan.json")
    assert read_plan(tmp_path / "plan.json") == sample()
    check_plan(sample(), TENANT, CONTENT)


def test_a_plan_file_has_exactly_the_documented_members() -> None:
    document = plan_document(sample())
    assert list(document) == [
        "version",
        "tenant",
        "workspaceId",
        "tool",
        "contentHash",
        "actions",
        "summary",
    ]
    assert list(document["actions"][0]) == [
        "id",
        "detection",
        "kind",
        "action",
        "etag",
        "reason",
        "changes",
        "desired",
        "origin",
        "contentKind",
    ]
    assert document["summary"]["create"] == 1


@pytest.mark.parametrize(
    "plan",
    [
        sample(workspace_id="/other"),
        sample(tool="sentinelgen 0.0.0"),
        sample(content_hash="sha256:0"),
        sample(tenant="other"),
        sample(actions=(replace(sample().actions[0], desired=body(0, severity="High")),)),
        sample(actions=(replace(sample().actions[2], id="somebody-elses-rule"),)),
        sample(actions=(replace(sample().actions[2], id=rule_id(0)),)),
        sample(actions=sample().actions[:1] * 2),
    ],
)
def test_a_plan_of_something_else_is_refused(plan: Plan) -> None:
    with pytest.raises(PlanFileError):
        check_plan(plan, TENANT, CONTENT)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "[" * 100_000, '{"version": 2}', '{"version": 1, "extra": 1}', "\xff"],
    ids=lambda text: text[:12] or "empty",
)
def test_what_is_no_plan_is_one_clear_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(PlanFileError):
        read_plan(path)


def test_a_plan_from_before_origins_were_told_is_still_a_plan(tmp_path: Path) -> None:
    document = plan_document(sample())
    for action in document["actions"]:
        del action["origin"]
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document), "utf-8")
    bare = tuple(replace(action, origin=None) for action in sample().actions)
    assert read_plan(path) == sample(actions=bare)


@pytest.mark.parametrize(
    "origin",
    [
        {},
        {"source": "repository"},
        {"source": "elsewhere", "text": "x"},
        {"source": "outside", "text": 7},
        {"source": "outside", "text": "x", "commit": 7},
        {"source": "outside", "text": "x", "disabled": "yes"},
        {"source": "outside", "text": "x", "more": None},
        {"source": None, "text": "x"},
    ],
    ids=str,
)
def test_an_origin_of_another_shape_is_no_plan(tmp_path: Path, origin: dict[str, Any]) -> None:
    document = plan_document(sample())
    document["actions"][1]["origin"] = origin
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document), "utf-8")
    with pytest.raises(PlanFileError):
        read_plan(path)


def test_a_plan_may_switch_off_what_it_says_stays_off_and_nothing_else_of_it() -> None:
    off = Origin(Source.OUTSIDE, "disabled outside", is_disabled=True)
    action = replace(sample().actions[1], origin=off)
    for desired_body, fits in (
        (body(1, enabled=False), True),
        (body(1), False),
        (body(1, enabled=False, severity="Low"), False),
    ):
        plan = sample(actions=(sample().actions[0], replace(action, desired=desired_body)))
        if fits:
            check_plan(plan, TENANT, CONTENT)
        else:
            with pytest.raises(PlanFileError):
                check_plan(plan, TENANT, CONTENT)


@pytest.mark.parametrize("key", ["id", "action", "etag", "changes", "desired", "origin"])
@pytest.mark.parametrize("value", [7, [], {"a": 1}, None, "delete"])
def test_a_plan_with_a_wrong_member_is_refused_or_the_same(
    tmp_path: Path, key: str, value: Any
) -> None:
    document = plan_document(sample())
    document["actions"][1][key] = value
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document), "utf-8")
    try:
        plan = read_plan(path)
        check_plan(plan, TENANT, CONTENT)
    except PlanFileError:
        return
    assert isinstance(plan.actions[1].etag, str | None)
    assert plan.actions[1].desired == body(1)


def test_the_numbers_read_as_documented() -> None:
    assert summary_line(sample(actions=sample().actions[:1])) == (
        "+ 1 create, ~ 0 update, = 0 unchanged"
    )
    assert summary_line(sample()).endswith(", - 1 delete")


OWN_TAGS = {f"<{slash}{name}>" for name in ("h3", "p", "details", "summary") for slash in ("", "/")}
HOSTILE = st.text(
    alphabet=st.sampled_from(list("`~<>&@#|*_[]()!\\\n\r\x1b\u202e a-+/")), max_size=60
)
MARKDOWN = [
    "![x](https://evil.example/x.png)",
    "[x](https://evil.example)",
    "<https://evil.example>",
    "https://evil.example/?a=1 www.evil.example me@evil.example",
    "**bold** _italic_ ~~gone~~ `code` :tada: @everyone #1",
    "</code></summary></details><img src=https://evil.example/x.png>",
    "\n\n![x](https://evil.example/x.png)\n\n",
    "&lt;img src=x&gt; &#33;[x](y)",
]


def _hostile(name: str, query: str) -> Plan:
    action = Action(
        rule_id(1),
        f"area/{name}",
        "Scheduled",
        ActionKind.UPDATE,
        '"e"',
        reason=name,
        changes=(
            Change("properties.displayName", name, query),
            Change("properties.query", query, f"{name}\n{query}\n````\n</details>"),
        ),
        desired=body(1, displayName=name),
    )
    return sample(actions=(action,), notes=(name,))


@given(HOSTILE, HOSTILE)
def test_hostile_text_stays_inside_its_fence_in_a_comment(name: str, query: str) -> None:
    text = plan_markdown(_hostile(name, query))
    lines = text.split("\n")
    opening = next(i for i, line in enumerate(lines) if re.fullmatch(r"`{3,}diff", line))
    fence = lines[opening].removesuffix("diff")
    closing = [i for i, line in enumerate(lines) if line == fence]
    assert len(closing) == 1
    inside = lines[opening + 1 : closing[0]]
    assert not any(fence in line for line in inside)
    outside = "\n".join(lines[:opening] + lines[closing[0] + 1 :])
    own = re.sub(r"<code>.*?</code>", "", outside)
    assert set(re.findall("<[^>]*>", own)) <= OWN_TAGS
    assert own.count("<") == len(re.findall("<[^>]*>", own))
    assert "\x1b" not in text
    assert "\u202e" not in text


class _Seen(HTMLParser):
    """What a browser would show of a page: its tags, and the text inside `<code>` and fences."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.code: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - its signature
        self.tags.append(tag)
        if tag == "code":
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if self.code:
            self.code[-1] += data


def rendered(text: str) -> _Seen:
    """Return what a comment looks like, by a reader of Markdown that is not ours."""
    seen = _Seen()
    seen.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))
    return seen


@pytest.mark.parametrize("name", MARKDOWN)
@pytest.mark.parametrize("kind", list(ActionKind))
def test_markdown_in_a_name_is_shown_and_never_followed(name: str, kind: ActionKind) -> None:
    plain, hostile = (
        rendered(plan_markdown(replace(_plan_of(kind, text), notes=(text,))))
        for text in ("plain", name)
    )
    assert hostile.tags == plain.tags
    assert not {"a", "img"} & set(hostile.tags)
    shown = visible(name)
    assert any(shown in code for code in hostile.code)


def _plan_of(kind: ActionKind, name: str) -> Plan:
    (action,) = _hostile(name, name).actions
    origin = Origin(Source.OUTSIDE, name)
    wants = kind not in {ActionKind.DELETE, ActionKind.ORPHAN}
    changed = kind in {ActionKind.UPDATE, ActionKind.BLOCKED}
    changes = (Change("properties.displayName", "x", name),) if changed else ()
    return sample(
        actions=(
            replace(
                action,
                action=kind,
                changes=changes,
                origin=origin,
                desired=action.desired if wants else None,
            ),
        )
    )


@given(HOSTILE, HOSTILE)
def test_hostile_text_cannot_move_the_cursor_or_add_lines(name: str, query: str) -> None:
    for line in plan_lines(_hostile(name, query)):
        assert all(character.isprintable() for character in line.text.replace("\t", " "))


@pytest.mark.parametrize("count", [3000, 400])
def test_a_comment_is_never_over_the_limit(count: int) -> None:
    long = "ü" * 9000
    actions = tuple(
        replace(
            sample().actions[1],
            id=rule_id(number),
            changes=(Change("properties.query", long, f"{long}{number}"),),
        )
        for number in range(count)
    )
    text = plan_markdown(sample(actions=actions))
    assert len(text) < 65_536
    assert "Left out here: the changes of " in text


def test_a_comment_names_every_rule_before_it_shows_the_changes_of_all() -> None:
    actions = tuple(
        replace(
            sample().actions[1],
            id=rule_id(number),
            detection=f"area/rule-{number:03}",
            changes=(Change("properties.query", "a\n" * 900, "b\n" * 900 + str(number)),),
        )
        for number in range(400)
    )
    text = plan_markdown(sample(actions=actions))
    assert all(action.detection in text for action in actions)
    assert text.count("<details>") == text.count("</details>") > 5
    cut = 400 - text.count("<details>")
    last = text.rstrip().splitlines()[-1]
    assert last.startswith(f"Left out here: the changes of {cut} rules; ")


@pytest.mark.parametrize(
    ("names", "notes", "said"),
    [
        (1, ("n" * 250,) * 400, r"1 whole rule, \d+ notes"),
        (1, (), None),
        (600, (), r"the changes of \d+ rules, \d+ whole rules"),
    ],
)
def test_what_is_left_out_is_counted_and_what_is_not_is_not_mentioned(
    names: int, notes: tuple[str, ...], said: str | None
) -> None:
    actions = tuple(
        replace(
            sample().actions[1],
            id=rule_id(number),
            detection=f"area/{'r' * 200}-{number:03}",
            changes=(Change("properties.severity", "Low", f"High{number}"),),
        )
        for number in range(names)
    )
    last = plan_markdown(sample(actions=actions, notes=notes)).rstrip().splitlines()[-1]
    assert not re.search(r"\b0 ", last)
    if said is None:
        assert "Left out" not in last
    else:
        assert re.fullmatch(f"Left out here: {said}; the plan as JSON or text shows all.", last)


FILLERS = "\u034f\ufe0f\U000e0100\u3164\u115f\u17b4\u180b\u2800"


@pytest.mark.parametrize("filler", FILLERS, ids=lambda c: f"U+{ord(c):04X}")
@pytest.mark.parametrize("path", ["properties.query", "properties.displayName"])
def test_what_has_no_picture_of_its_own_is_seen(filler: str, path: str) -> None:
    lines = [line.text for line in diff_lines(Change(path, "op 1", f"op{filler} 1"))]
    assert not any(filler in line for line in lines)
    assert len(set(lines)) == len(lines)
    assert not any(filler in line for line in query_text_lines(f"T\n| where a == 'x{filler}'"))


@given(
    st.integers(0, 40), st.integers(300, 3_000), st.integers(0, 40), st.sampled_from(["query", "x"])
)
def test_every_end_of_what_differs_in_a_long_line_is_shown(
    before: int, between: int, after: int, member: str
) -> None:
    live = "a" * before + "FIRST" + "b" * between + "LAST" + "c" * after
    desired = live.replace("FIRST", "first").replace("LAST", "last")
    lines = {
        line.sign: line.text for line in diff_lines(Change(f"properties.{member}", live, desired))
    }
    assert "FIRST" in lines["-"]
    assert "LAST" in lines["-"]
    assert "first" in lines["+"]
    assert "last" in lines["+"]
    assert all(len(text) < 500 for text in lines.values())


def test_differences_that_are_left_out_are_counted() -> None:
    live = "A" + "b" * 1_000 + "B" + "c" * 1_000 + "C"
    desired = live.replace("A", "x").replace("B", "yy").replace("C", "z")
    (old, new) = (line.text for line in diff_lines(Change("properties.x", live, desired)))
    assert "characters that differ" in old
    assert "characters that differ" in new


@given(st.text(st.sampled_from("ab |"), min_size=301, max_size=2_000))
def test_a_long_line_of_a_new_query_is_shown_whole(line: str) -> None:
    text = f"T{line}x"
    assert "".join(part.removeprefix("… ") for part in query_text_lines(text)) == text


def test_what_keeps_the_alerts_of_a_new_rule_from_anybody_is_told() -> None:
    quiet = body(
        0,
        suppressionEnabled=True,
        suppressionDuration="P1D",
        incidentConfiguration={"createIncident": False},
        alertDetailsOverride={"alertSeverityColumnName": "Level"},
    )
    action = Action(rule_id(0), "area/rule-0000", "Scheduled", ActionKind.CREATE, desired=quiet)
    facts = creation_facts(action) or ""
    for fact in ("no incident", "suppressed for P1D", "severity from column Level"):
        assert fact in facts
    loud = replace(action, desired=body(0))
    assert "incident" not in (creation_facts(loud) or "")
