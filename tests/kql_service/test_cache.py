from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from generator.disk.private_cache import PrivateCache
from generator.kql_service import cache
from generator.kql_service.cache import AnswerCache, answer_key


@pytest.fixture
def answers(tmp_path: Path) -> AnswerCache:
    return AnswerCache(PrivateCache(tmp_path / "cache", b"a key of thirty-two bytes, or so"))


def file_of(answers: AnswerCache) -> Path:
    (file,) = answers.folder.glob("*.sqlite")
    return file


def test_what_was_stored_comes_back_by_namespace(answers: AnswerCache) -> None:
    answers.put_many("a", {"key": {"columns": [["Name", "string"]]}})
    assert answers.get_many("a", ["key", "other"]) == {"key": {"columns": [["Name", "string"]]}}
    assert answers.get_many("b", ["key"]) == {}


def test_an_empty_folder_gives_nothing_and_is_not_made_by_reading(answers: AnswerCache) -> None:
    assert answers.get_many("a", ["key"]) == {}
    assert not answers.folder.exists()


def test_more_keys_than_one_query_takes(answers: AnswerCache) -> None:
    values = {str(number): number for number in range(1234)}
    answers.put_many("a", values)
    assert answers.get_many("a", values) == values


def test_a_file_that_is_no_database_is_replaced(answers: AnswerCache) -> None:
    answers.put_many("a", {"key": 1})
    file_of(answers).write_bytes(b"not a database, but long enough to be looked at" * 100)
    assert answers.get_many("a", ["key"]) == {}
    answers.put_many("a", {"key": 2})
    assert answers.get_many("a", ["key"]) == {"key": 2}


@pytest.mark.parametrize("damage", [b"", b"\x00garbage", b"x\x9c", None, "text"])
def test_an_unreadable_entry_is_as_if_it_were_not_there(
    answers: AnswerCache, damage: bytes | str | None
) -> None:
    answers.put_many("a", {"good": 1, "bad": 2})
    connection = sqlite3.connect(file_of(answers))
    with connection:
        connection.execute(
            "UPDATE answers SET value = ? WHERE key = 'bad'", (damage if damage is not None else 7,)
        )
    connection.close()
    assert answers.get_many("a", ["good", "bad"]) == {"good": 1}


def test_an_answer_of_anybody_else_or_to_another_question_is_not_taken(
    answers: AnswerCache,
) -> None:
    """Content could come with a cache in which every wrong query is fine."""
    stranger = AnswerCache(PrivateCache(answers.private.folder, b"another key"))
    stranger.put_many("a", {"forged": []})
    answers.put_many("a", {"good": 1, "moved": 2})
    connection = sqlite3.connect(file_of(answers))
    with connection:
        connection.execute(
            "UPDATE answers SET value = (SELECT value FROM answers WHERE key = 'good') "
            "WHERE key = 'moved'"
        )
    connection.close()
    assert answers.get_many("a", ["good", "moved", "forged"]) == {"good": 1}


def test_the_oldest_go_when_it_grows_too_large(
    answers: AnswerCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "MOST_BYTES", 2_000)
    for number in range(200):
        answers.put_many("a", {str(number): f"answer {number}"})
    kept = answers.get_many("a", [str(number) for number in range(200)])
    assert 0 < len(kept) < 200
    assert "199" in kept
    assert "0" not in kept


def test_parallel_writers_lose_nothing_and_break_nothing(
    answers: AnswerCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.kql_service.cache._LOCK_SECONDS", 300.0)

    def write(number: int) -> None:
        answers.put_many("a", {str(number): number})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(40)))
    keys = [str(number) for number in range(40)]
    assert answers.get_many("a", keys) == {key: int(key) for key in keys}


def test_a_folder_that_cannot_be_made_means_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    answers = AnswerCache(PrivateCache(tmp_path / "file" / "cache", b"key"))
    answers.put_many("a", {"key": 1})
    assert answers.get_many("a", ["key"]) == {}


def test_a_key_depends_on_every_part_and_on_where_parts_end() -> None:
    keys = {
        answer_key("ab", "c", ["d"]),
        answer_key("a", "bc", ["d"]),
        answer_key("ab", "c", ["d", ""]),
        answer_key("ab", "c", []),
    }
    assert len(keys) == 4
