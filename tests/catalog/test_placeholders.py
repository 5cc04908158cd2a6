from __future__ import annotations

from importlib import resources

import pytest

from generator.catalog.placeholders import MARKS, OPERATION, REMAINDERS, TEXT, placeholders_in


def found_in(text: str) -> list[str]:
    return [mark for mark, _, _ in placeholders_in(text)]


@pytest.mark.parametrize("remainder", REMAINDERS)
def test_every_remainder_stands_in_what_new_writes(remainder: str) -> None:
    scaffold = resources.files("generator.cli.scaffold").joinpath("detection.yaml")
    assert remainder in " ".join(scaffold.read_text("utf-8").split())


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("blank", ["  ", "\u00a0", "\n    ", "\t"])
def test_blanks_and_line_breaks_hide_no_mark(mark: str, blank: str) -> None:
    assert found_in(mark.replace(" ", blank)) == [mark]


@pytest.mark.parametrize("written", [f"{TEXT.lower()}: x", f'"{OPERATION.upper()}"'])
def test_case_hides_no_mark(written: str) -> None:
    assert found_in(written)[0] in MARKS


def test_a_sentence_is_told_once() -> None:
    whole = f"{TEXT}: {REMAINDERS[0]},\n  x, and {REMAINDERS[1]}. Then {REMAINDERS[2]}."
    assert found_in(whole) == [TEXT]
    assert len(found_in(whole.removeprefix(f"{TEXT}: "))) == 1


def test_words_of_an_author_are_left_alone() -> None:
    assert not found_in("Attackers replace this text or replace this title, then look at it first.")
