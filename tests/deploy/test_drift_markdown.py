from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from generator.deploy.drift import Drift, DriftStatus
from generator.deploy.drift_markdown import drift_markdown
from generator.kinds.shape import Change
from tests.deploy.rules import rule_id

GITHUB_TAKES = 65_536
"""Characters of an issue's body."""


def drifts(count: int, live: str = "a\nb", desired: str = "a\nc") -> list[Drift]:
    change = Change("properties.query", live, desired)
    return [
        Drift(rule_id(number), f"area/rule-{number}", DriftStatus.CHANGED, (change,))
        for number in range(count)
    ]


@pytest.mark.parametrize("text", ["x" * 9_000, "ü\n" * 3_000, "x\n" * 3_000, "\U0001f600" * 4_000])
@pytest.mark.parametrize("count", [1, 7, 900])
def test_an_issue_is_below_the_limit_and_says_what_is_left_out(text: str, count: int) -> None:
    found = drifts(count, text, f"{text}\nmore")
    body = drift_markdown("lab", found)
    assert len(body) < GITHUB_TAKES
    whole = body.rstrip().endswith(f"lab: {count} changed")
    assert whole != ("Cut here: " in body.splitlines()[-1])


def test_what_fits_is_there_whole() -> None:
    body = drift_markdown("lab", drifts(20))
    assert body.count("changed area/rule-") == 20
    assert "Cut here" not in body


@pytest.mark.parametrize(
    "trap", ["![x](https://evil.example/x.png)", "```\n# x", "</pre><img src=x>", "\n\n# x\n"]
)
def test_nothing_of_a_rule_is_markdown(trap: str) -> None:
    found = [
        Drift(rule_id(1), f"area/{trap}", DriftStatus.CHANGED, (Change("a", None, trap),), trap)
    ]
    kinds = [token.type for token in MarkdownIt("commonmark").parse(drift_markdown("lab", found))]
    assert kinds == ["paragraph_open", "inline", "paragraph_close", "code_block"]
