from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator.findings import InFile
from generator.text import yaml_nodes
from generator.text.source_text import SourceText
from generator.text.yaml_nodes import MAX_DEPTH
from generator.text.yaml_text import MAX_NODES, load_yaml, loads_to_nothing

PARSERS = [
    pytest.param(parser, id=parser.__name__.strip("_"))
    for parser in dict.fromkeys((yaml_nodes._Parser, yaml_nodes._PureParser))
]

DATA = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(max_size=20)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def value_of(text: str) -> Any:
    loaded = load_yaml(SourceText("a.yaml", text))
    assert loaded.problems == ()
    return loaded.value


def problems_of(text: str) -> list[tuple[str, int, int]]:
    found = []
    for problem in load_yaml(SourceText("a.yaml", text)).problems:
        assert isinstance(problem.place, InFile)
        found.append((problem.code, problem.place.line, problem.place.column))
    return found


@given(DATA, st.sampled_from([None, "'", '"', "|", ">"]), st.booleans())
def test_what_yaml_writes_is_read_as_yaml_reads_it(
    data: Any, style: str | None, flow: bool
) -> None:
    text = yaml.dump(data, default_style=style, default_flow_style=flow, allow_unicode=True)
    assert value_of(text) == yaml.load(text, yaml.SafeLoader)


@given(DATA)
def test_the_pure_parser_reads_the_same(data: Any) -> None:
    text = yaml.dump(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_nodes, "_Parser", yaml_nodes._PureParser)
        assert value_of(text) == yaml.load(text, yaml.SafeLoader)


@given(st.text(alphabet="ab:-?[]{}&*!|>'\"%@`#, \n\t\r\\1~<=\x00\x85é\U0001f600", max_size=40))
def test_any_text_is_data_or_a_problem_inside_of_the_file(text: str) -> None:
    loaded = load_yaml(SourceText("a.yaml", text))
    lines = text.count("\n") + text.count("\r") + 1
    for problem in loaded.problems:
        assert isinstance(problem.place, InFile)
        assert 1 <= problem.place.line <= lines


@pytest.mark.parametrize(
    "text", ["\ta: 1", "a:\n\tb: 1", "a: 1\n\tb: 1", "a: |\n\tb", "-\ta\n\tb: 1"]
)
def test_a_tab_in_the_indentation_is_called_one(text: str) -> None:
    (problem,) = load_yaml(SourceText("a.yaml", text)).problems
    assert problem.message.startswith("a tab")


def test_dates_and_lone_equals_signs_stay_text() -> None:
    assert value_of("until: 2026-01-31\nat: 2026-01-31T10:00:00Z\nsign: =\n") == {
        "until": "2026-01-31",
        "at": "2026-01-31T10:00:00Z",
        "sign": "=",
    }


@pytest.mark.parametrize("word", ["NO", "no", "on", "Yes", "OFF"])
def test_a_word_that_yaml_1_1_alone_reads_as_true_or_false_is_an_error(word: str) -> None:
    (problem,) = load_yaml(SourceText("f.yaml", f"a: [SE, {word}]")).problems
    assert problem.code == "SG015"
    assert problem.message.startswith(f"{word} is read as ")


def test_words_that_every_yaml_reads_alike_are_what_they_are() -> None:
    assert value_of("[true, False, n, 'NO']") == [True, False, "n", "NO"]


def test_settings_may_be_on_and_off() -> None:
    source = SourceText("sentinelgen.yaml", "[on, off]")
    assert load_yaml(source, on_and_off=True).value == [True, False]


def test_merge_keys_fill_in_and_own_keys_win() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {y: 3, <<: [*a, *b]}\n"
    assert value_of(text)["c"] == {"x": 1, "y": 3, "z": 2}


def test_aliases_become_separate_values() -> None:
    value = value_of("a: &a [1]\nb: *a\n")
    assert value["a"] is not value["b"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("SG008", 1, 1)]),
        ("# only a comment\n", [("SG008", 1, 1)]),
        ("a: 1\n---\nb: 2\n", [("SG007", 2, 1)]),
        ("a: 1\nb: 1\na: 2\nb: 2\n", [("SG011", 3, 1), ("SG011", 4, 1)]),
        ("a:\n\tb: 1\n", [("SG006", 2, 1)]),
        ("a: 'x\n", [("SG006", 1, 4)]),
        ("a: @x\n", [("SG006", 1, 4)]),
        ("a: x\ufffe\n", [("SG014", 1, 5)]),
        ("a: !!python/object:os.system {}\n", [("SG009", 1, 4)]),
        ("a: !!binary aGk=\nb: !!timestamp 2026-01-31\n", [("SG009", 1, 4), ("SG009", 2, 4)]),
        ("a: !!set {x}\nb: !!omap [x: 1]\n", [("SG009", 1, 4), ("SG009", 2, 4)]),
        ("a: !!int x\nb: !!bool maybe\n", [("SG006", 1, 4), ("SG006", 2, 4)]),
        ("1: a\nno: b\n~: c\n1.5: d\n", [("SG012", n, 1) for n in (1, 2, 3, 4)]),
        ("? [a]\n: b\n", [("SG012", 1, 3)]),
        ("a: {{ b }}\n", [("SG012", 1, 5)]),
        ("a: {{ b }} c\n", [("SG006", 1, 4)]),
        ("a: [.nan, .inf, 9223372036854775808]\n", [("SG013", 1, n) for n in (5, 11, 17)]),
        ("a: " + "9" * 5000, [("SG013", 1, 4)]),
        ("<<: x\n", [("SG006", 1, 5)]),
        ("<<: {a: 1}\nb: 1\n<<: {a: 2}\n", [("SG011", 3, 1)]),
        ("a: &a [*a]\n", [("SG010", 1, 4)]),
        ("a: &a {b: *a}\n", [("SG010", 1, 4)]),
        ("a: 1\n? [b]\n: 2\na: 3\n", [("SG012", 2, 3), ("SG011", 4, 1)]),
        ("? !!str [b]\n: 2\na: 1\na: 3\n", [("SG012", 1, 3), ("SG011", 4, 1)]),
        ("<<: !own {a: 1}\n", [("SG009", 1, 5)]),
        ("<<: [{a: 1}, 5]\nb: 1\n", [("SG006", 1, 14)]),
        ("\u2028a: 1\na: 2\n", [("SG011", 2, 1)]),
    ],
)
def test_each_fault_is_named_where_it_stands(
    text: str, expected: list[tuple[str, int, int]]
) -> None:
    assert problems_of(text) == expected


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    "text",
    [
        "[" * 500_000,
        "[" * 10_000 + "]" * 10_000,
        "{a: " * 10_000 + "}" * 10_000,
        "- " * 10_000 + "a",
        "? " * 10_000 + "a",
        "".join(" " * level + "a:\n" for level in range(1_000)),
        "".join(" " * level + "-\n" for level in range(1_000)),
        "".join(" " * level + "a:\n" + " " * level + "-\n" for level in range(1, 600)),
    ],
    ids=["open", "lists", "mappings", "dashes", "marks", "block", "lines", "indentless"],
)
def test_deep_nesting_is_refused(text: str, parser: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_nodes, "_Parser", parser)
    assert [code for code, _, _ in problems_of(text)] == ["SG010"]


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    "text",
    [
        "".join(" " * level + "a:\r" for level in range(400)),
        "".join(" " * level + "a:\u2028" for level in range(400)),
        # Each of the two forms stays below the limit by itself.
        "".join(" " * level + "a:\n" + " " * level + "-\n" for level in range(1, 48))
        + " " * 49
        + "["
        + "{a: " * 97
        + "}" * 97
        + "]",
        "[" * (MAX_DEPTH + 1) + "@",
        "- " * (MAX_DEPTH + 1) + "@",
    ],
    ids=["carriage returns", "separators", "mixed", "broken lists", "broken dashes"],
)
def test_deep_nesting_is_what_is_wrong_with_a_text_in_any_form(
    text: str, parser: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_nodes, "_Parser", parser)
    (problem,) = load_yaml(SourceText("a.yaml", text)).problems
    assert (problem.code, problem.message) == ("SG010", "there are more than 100 levels of nesting")


@pytest.mark.parametrize("parser", PARSERS)
def test_a_fault_before_the_limit_is_the_fault(
    parser: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_nodes, "_Parser", parser)
    text = "a: @x\nb: " + "[" * 500 + "]" * 500
    assert problems_of(text) == [("SG006", 1, 4)]


class _Limited(yaml_nodes._PureParser):
    """A parser with a limit of its own, as each release of the native one has another."""

    def fetch_flow_sequence_start(self) -> None:
        if self.flow_level >= MAX_DEPTH + 20:
            raise yaml.scanner.ScannerError(
                None, None, "exceeded maximum nesting depth", self.get_mark()
            )
        super().fetch_flow_sequence_start()


def test_the_parsers_own_limit_changes_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_nodes, "_Parser", _Limited)
    assert [code for code, _, _ in problems_of("[" * 500)] == ["SG010"]


@pytest.mark.parametrize("parser", PARSERS)
@given(
    depth=st.integers(1, MAX_DEPTH) | st.just(MAX_DEPTH),
    form=st.sampled_from(["flow", "dashes", "block", "texts"]),
)
def test_nesting_up_to_the_limit_is_read(parser: type, depth: int, form: str) -> None:
    text = {
        "texts": "- " * (depth - 1) + "- |\n" + " " * 2 * depth + "[" * 500 + "'#\n",
        "flow": "[" * depth + "]" * depth,
        "dashes": "- " * depth + "a",
        "block": "".join(" " * level + "a:\n" for level in range(depth)),
    }[form]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_nodes, "_Parser", parser)
        assert problems_of(text) == []


@pytest.mark.parametrize("kind", ["list", "mapping", "merge"])
def test_alias_bombs_are_refused_before_they_expand(kind: str) -> None:
    item = {"list": "[{}]", "mapping": "{{{}}}", "merge": "{{<<: [{}]}}"}[kind]
    lines = ["a0: &a0 {p: 1, q: 2}"]
    for level in range(1, 30):
        aliases = [f"*a{level - 1}"] * 9
        if kind == "mapping":
            aliases = [f"k{number}: {alias} " for number, alias in enumerate(aliases)]
        lines.append(f"a{level}: &a{level} " + item.format(", ".join(aliases)))
    assert problems_of("\n".join(lines)) == [("SG010", 1, 1)]


def test_aliases_of_aliases_nest_no_deeper_than_text() -> None:
    lines = ["a0: &a0 [x]", *(f"a{level}: &a{level} [*a{level - 1}]" for level in range(1, 150))]
    assert problems_of("\n".join(lines))[0][0] == "SG010"


def test_more_values_than_any_rule_has_are_refused() -> None:
    assert problems_of("[" + "1," * (MAX_NODES + 1) + "]")[0][0] == "SG010"


@pytest.mark.parametrize(
    ("text", "nothing"),
    [("", True), ("\n \n# a\n  # b", True), ("---\n", False), ("a", False), ("\ufeff", False)],
)
def test_comments_and_blank_lines_are_nothing(text: str, nothing: bool) -> None:
    assert loads_to_nothing(SourceText("a.yaml", text)) is nothing
