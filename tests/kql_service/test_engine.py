"""The service is bounded by processor time, and what it does not answer is never a finding."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator

import pytest

from generator.kql.schemas.builtin import builtin_environment
from generator.kql_service import answers, engine
from generator.kql_service.engine import Engine, KqlUnansweredError
from generator.kql_service.service import KqlService


@pytest.fixture
def endless() -> Iterator[Engine]:
    running = engine.engine()
    running._context.eval("kqlBridge.spin = () => { for (;;) {} }; 0")
    yield running
    running._context.eval("delete kqlBridge.spin; 0")


def test_a_call_without_end_is_unanswered_and_the_service_goes_on(
    endless: Engine, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as hurried:
        hurried.setattr(engine, "CALL_SECONDS", 0.01)
        with pytest.raises(KqlUnansweredError, match="no end"):
            endless.call("spin")
    assert KqlService(builtin_environment()).analyze("SigninLogs | take 3").diagnostics == ()
    assert capfd.readouterr() == ("", "")


def test_a_call_that_has_had_no_processor_time_is_waited_for(
    endless: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []

    class Clock:
        @staticmethod
        def process_time() -> float:
            looks.append(1)
            return 0.0

    monkeypatch.setattr(engine, "time", Clock)
    monkeypatch.setattr(engine, "_LOOKS", 0.01)
    monkeypatch.setattr(engine, "_LONGEST_WAIT", 0.07)
    with pytest.raises(KqlUnansweredError):
        endless.call("spin")
    assert len(looks) == 8


def test_a_stop_in_the_middle_of_a_call_leaves_the_service_at_rest(
    endless: Engine, capfd: pytest.CaptureFixture[str]
) -> None:
    # Whoever runs tests in the background has had it ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        endless._loop.call_later(0.2, signal.raise_signal, signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            endless.call("spin")
    finally:
        signal.signal(signal.SIGINT, before)
    assert KqlService(builtin_environment()).analyze("SigninLogs | take 6").diagnostics == ()
    assert capfd.readouterr() == ("", "")


def test_closing_ends_what_a_stop_has_cut_off(capfd: pytest.CaptureFixture[str]) -> None:
    own = Engine()
    endless = asyncio.run_coroutine_threadsafe(own._evaluation("for (;;) {}"), own._loop)
    own.close()
    assert endless.cancelled()
    assert capfd.readouterr() == ("", "")


def test_many_slow_answers_end_the_run_although_each_alone_is_fast_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(answers, "RUN_SECONDS", -1.0)
    monkeypatch.setattr(answers, "SECONDS_A_QUESTION", 0.0)
    with pytest.raises(KqlUnansweredError, match="0 of 1 queries"):
        KqlService(builtin_environment()).analyze("SigninLogs | take 4")


def test_the_query_that_was_not_checked_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    running = engine.engine()
    analyze = running.call

    def call(function: str, *arguments: object) -> object:
        if function == "analyze":
            raise KqlUnansweredError("it came to no end")
        return analyze(function, *arguments)

    monkeypatch.setattr(running, "call", call)
    with pytest.raises(KqlUnansweredError, match=r"not checked: .*`SigninLogs \| take 5`"):
        KqlService(builtin_environment()).analyze("SigninLogs\n| take 5")
