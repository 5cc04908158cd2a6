from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator.checks.query.joined_lines import JoinedLines
from generator.findings import Problem
from tests.checks.detections import FAULTLESS, detection

HEAD, _, _ = FAULTLESS.partition("query:")

COMMENTS = st.lists(
    st.sampled_from(["only", "what", "fails", "|", "where", "x", "let a = 1;", '"text",', ")"]),
    max_size=40,
).map(lambda words: "// " + " ".join(words))
PROSE = st.lists(st.sampled_from(["only", "what", "fails", "if x", "or where"]), max_size=40).map(
    lambda words: "// " + " ".join(words)
)
LINES = st.lists(
    st.one_of(PROSE, st.sampled_from(["SigninLogs", '| where ResultType != "0"', "| take 5", ""])),
    min_size=1,
    max_size=8,
)


def problems_of(query_in_yaml: str) -> list[Problem]:
    return list(JoinedLines().examine(detection(HEAD + query_in_yaml)))


@given(LINES, st.sampled_from([None, "'", '"', ">", "|"]), st.sampled_from([80, 120, 200]))
def test_what_a_program_wrote_keeps_its_lines_and_is_left_alone(
    lines: list[str], style: str | None, width: int
) -> None:
    query = "\n".join(["SigninLogs", *lines])
    written = yaml.safe_dump({"query": query}, default_style=style, width=width)
    key, _, value = written.partition(":")
    assert problems_of(key.strip("\"'") + ":" + value) == []


@given(COMMENTS, st.sampled_from(["| where x", "let y = 1;", ");", '"text",', "|take 5"]))
def test_code_that_a_folded_comment_swallows_is_an_error(comment: str, code: str) -> None:
    (problem,) = problems_of(f"query: >\n  SigninLogs\n  {comment}\n  {code}\n")
    assert problem.code == "SG106"


@given(COMMENTS.filter(lambda comment: len(comment) < 60), st.sampled_from(["and x", "on Id", "x"]))
def test_any_line_that_is_no_comment_of_its_own_is_swallowed_by_a_short_one(
    comment: str, code: str
) -> None:
    (problem,) = problems_of(f"query: >\n  SigninLogs\n  {comment}\n  {code}\n")
    assert problem.code == "SG106"


@pytest.mark.parametrize("style", ["|", "|-", "|2-", "| # as it is"])
def test_a_literal_text_swallows_nothing(style: str) -> None:
    assert problems_of(f"query: {style}\n  SigninLogs // why\n  | take 5\n") == []


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_line_end_of_a_file_counts(line_end: str) -> None:
    text = "query: >\n  SigninLogs // why\n  | where x\n".replace("\n", line_end)
    assert len(problems_of(text)) == 1
