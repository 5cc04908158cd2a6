from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.deploy import pacing
from generator.deploy.pacing import Pace, remaining_count, retry_after
from tests.cli.commands import KILL_SECONDS


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1", 1.0),
        ("0", 0.0),
        ("2.5", 2.5),
        ("-1", None),
        ("inf", None),
        ("nan", None),
        ("", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)
def test_only_a_plain_number_of_seconds_is_waited_for(text: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": text}) == seconds


@given(st.dictionaries(st.text(max_size=30), st.text(max_size=12), max_size=5))
def test_no_header_can_break_the_pace(headers: dict[str, str]) -> None:
    count = remaining_count(headers)
    assert count is None or count >= 0


def test_the_smallest_remaining_count_counts() -> None:
    headers = {
        "x-ms-ratelimit-remaining-subscription-writes": "799",
        "x-ms-ratelimit-remaining-subscription-global-writes": "3",
        "x-ms-ratelimit-remaining-subscription-deletes": "many",
    }
    assert remaining_count(headers) == 3


class Clock:
    """Time that passes only where somebody waits, as the module `time` and as a condition."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.notify_all = lambda: None

    def monotonic(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(pacing, "time", clock)
    return clock


def paced_by(clock: Clock, stop: threading.Event) -> Pace:
    pace = Pace(stop)
    pace._state = clock  # type: ignore[assignment]
    return pace


def test_a_throttled_worker_holds_all_the_others_back(clock: Clock) -> None:
    pace = paced_by(clock, threading.Event())
    pace.enter()
    began = clock.now
    pace.leave(429, {"Retry-After": "7.5"})
    pace.enter()
    assert clock.now - began == pytest.approx(7.5)


def test_no_more_requests_are_under_way_than_remain() -> None:
    pace = Pace(threading.Event())
    pace.enter()
    pace.leave(200, {"x-ms-ratelimit-remaining-subscription-writes": "1"})
    pace.enter()
    entered = threading.Event()
    second = threading.Thread(target=lambda: (pace.enter(), entered.set()))
    second.start()
    assert not entered.wait(0.1)
    pace.leave(200, {"x-ms-ratelimit-remaining-subscription-writes": "5"})
    assert entered.wait(KILL_SECONDS)
    second.join()


@pytest.mark.parametrize("stopped", [False, True])
def test_after_a_stop_nobody_waits(clock: Clock, stopped: bool) -> None:
    stop = threading.Event()
    pace = paced_by(clock, stop)
    pace.enter()
    began = clock.now
    pace.leave(429, {"Retry-After": "100"})
    if stopped:
        stop.set()
    pace.enter()
    assert (clock.now == began) == stopped
