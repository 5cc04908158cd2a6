from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.azure import pacing
from generator.azure.errors import ThrottledError
from generator.azure.pacing import (
    FREE_AGAIN,
    THROTTLED_BUDGET,
    Pace,
    Patience,
    remaining_count,
    retry_after,
)
from tests.cli.commands import KILL_SECONDS

DATE = "Wed, 21 Oct 2026 07:28:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "1"}, 1.0),
        ({"retry-after": " 0 "}, 0.0),
        ({"Retry-After": "2.5"}, 2.5),
        ({"Retry-After": "999999999999999999"}, 999999999999999999.0),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"x-ms-retry-after-ms": "20"}, 0.02),
        ({"Retry-After": "3", "x-ms-retry-after-ms": "20"}, 3.0),
        ({"Retry-After": "soon", "x-ms-retry-after-ms": "20"}, 0.02),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT", "Date": DATE}, 30.0),
        ({"Retry-After": "Wednesday, 21-Oct-26 07:28:30 GMT", "Date": DATE}, 30.0),
        ({"Retry-After": "Wed Oct 21 07:28:30 2026", "Date": DATE}, 30.0),
        ({"Retry-After": "Wed, 21 Oct 2026 09:28:30 +0200", "Date": DATE}, 30.0),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT", "Date": DATE}, 0.0),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT", "Date": "yesterday"}, 0.0),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT", "Date": DATE}, 251609733119.0),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 -2359", "Date": DATE}, None),
        ({"Retry-After": "Wed, 41 Oct 2026 07:28:30 GMT", "Date": DATE}, None),
        *(
            ({"Retry-After": text}, None)
            for text in ["-1", "inf", "nan", "1e3", "", "\u0661", "0x10"]
        ),
        ({"Retry-After": "9" * 400}, None),
        ({}, None),
    ],
    ids=str,
)
def test_every_form_of_retry_after_is_read_in_one_way(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(headers) == seconds


@given(st.text(max_size=45))
def test_no_text_of_retry_after_is_more_than_a_number_of_seconds(text: str) -> None:
    seconds = retry_after({"Retry-After": text})
    assert seconds is None or 0 <= seconds < float("inf")


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


def test_after_one_429_without_counts_the_pace_recovers() -> None:
    pace = Pace(threading.Event())
    pace.enter()
    pace.leave(429, {"Retry-After": "0"})
    for _ in range(FREE_AGAIN + 1):
        pace.enter()
        pace.leave(200, {})
    for _ in range(FREE_AGAIN * 2):
        pace.enter()


def test_right_after_a_429_only_one_request_is_under_way() -> None:
    pace = Pace(threading.Event())
    pace.enter()
    pace.leave(429, {"Retry-After": "0"})
    pace.enter()
    entered = threading.Event()
    second = threading.Thread(target=lambda: (pace.enter(), entered.set()))
    second.start()
    assert not entered.wait(0.3)
    pace.leave(200, {})
    assert entered.wait(30)
    second.join()


@pytest.mark.parametrize("asked", ["121", "999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_wait_beyond_what_we_wait_ends_it_for_all_workers(asked: str) -> None:
    patience = Patience()
    writes, reads = (Pace(threading.Event(), patience) for _ in range(2))
    writes.enter()
    writes.leave(429, {"Retry-After": asked})
    for pace in (writes, reads):
        with pytest.raises(ThrottledError, match="try later"):
            pace.enter()


def test_throttling_without_end_is_bounded_for_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("generator.azure.pacing.time.monotonic", lambda: now)
    patience = Patience()
    pace = Pace(threading.Event(), patience)

    def throttled() -> None:
        pace.enter()
        pace.leave(429, {"Retry-After": "0"})

    throttled()
    now += THROTTLED_BUDGET - 1
    throttled()
    pace.enter()
    pace.leave(200, {})
    now += THROTTLED_BUDGET + 1
    throttled()
    now += THROTTLED_BUDGET + 1
    with pytest.raises(ThrottledError):
        pace.enter()
