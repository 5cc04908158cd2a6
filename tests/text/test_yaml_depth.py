"""The count agrees with a parser on every text that is YAML, and ends on every text that is not."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator.text.yaml_depth import too_deep_at

PIECES = st.sampled_from(
    [
        *("a", "b c", "'it''s'", '"q\\""', "&x ", "!t ", "!!str ", " #c", "\t", "\ufeff"),
        *(": ", ":", "- ", "-", "? ", "a: ", "a:\n", "- a: ", '"q": ', "[a: b]", "[[a]: b]"),
        *(
            "\n",
            "\n ",
            "\n  ",
            "\n    ",
            "\r\n",
            "\r",
            "\x85",
            "\u2028",
            "---\n",
            "...\n",
            "%A b\n",
        ),
        *("[", "]", "{", "}", ",", "'", '"', "|", "> ", "|\n", "|2\n", ">-\n", "#"),
    ]
)
DATA = st.recursive(
    st.none() | st.text(alphabet="ab:-?[]{}&|>'\"#, \n", max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("a[: ", max_size=3), inner),
    max_leaves=12,
)


def starts_of(text: str) -> list[tuple[int, int]]:
    """Depth and offset of each collection, by the events of PyYAML's own parser."""
    found = []
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            found.append((depth, event.start_mark.index))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return found


def deepest_counted(text: str) -> int:
    levels = 0
    while too_deep_at(text, levels) is not None:
        levels += 1
    return levels


@given(DATA, st.sampled_from([None, "'", '"', "|", ">"]), st.sampled_from([None, True, False]))
def test_the_count_is_the_depth_of_the_data(
    data: Any, style: str | None, flow: bool | None
) -> None:
    text = yaml.dump(data, default_style=style, default_flow_style=flow, width=20)
    assert deepest_counted(text) == max((depth for depth, _ in starts_of(text)), default=0)


@given(st.lists(PIECES, max_size=14).map("".join))
def test_the_count_is_the_depth_of_any_text_that_is_yaml(text: str) -> None:
    try:
        starts = starts_of(text)
    except yaml.YAMLError:
        assert deepest_counted(text) <= 2 * len(text)
        return
    assert deepest_counted(text) == max((depth for depth, _ in starts), default=0)


@pytest.mark.parametrize(
    "text",
    [
        "[[[]]]",
        "- - - a",
        "a:\n  b:\n    c: 1",
        "a:\n- b:\n  - c",
        "{a: [b, {c: d}]}",
        "? - a\n: - b",
    ],
)
def test_the_level_that_is_too_many_is_named_where_it_begins(text: str) -> None:
    starts = starts_of(text)
    for limit in range(max(depth for depth, _ in starts)):
        assert too_deep_at(text, limit) == next(at for depth, at in starts if depth > limit)


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "x[{" * 200,
        "a: |\n" + "  [\n" * 200,
        "a: >2\n" + "   - - -\n" * 200,
        "a: '" + "[\n " * 200 + "'",
        'a: "' + '\\"[' * 200 + '"',
        "# " + "[" * 200 + "\na: 1",
        "a: b\n  " + "[{\n  " * 200,
        "[]: " + "\n[]: " * 200,
        "!t[[[ a",
    ],
    ids=["plain", "literal", "folded", "single", "double", "comment", "lines", "closed", "tag"],
)
def test_what_stands_in_a_text_or_a_comment_opens_no_level(text: str) -> None:
    assert too_deep_at(text, 2) is None


@pytest.mark.parametrize(
    "piece", ["[:", "- ", "a: ", "'", "''", "|\n", "a\n", "\r", "{", "? ", "&"]
)
def test_any_text_is_counted_to_its_end(piece: str) -> None:
    assert too_deep_at(piece * (100_000 // len(piece)), 10**9) is None
