"""Signals that end a run as Ctrl-C does, and the exit code that follows.

Quick to import: a stop may come from the first moment on.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from generator.cli.exit_codes import STOPPED


class StoppedError(KeyboardInterrupt):
    """A signal ends the run as Ctrl-C does; `number` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def stopped_by(stop: BaseException | None) -> int:
    """Return the exit code of a run that a signal or Ctrl-C has ended."""
    return STOPPED + (stop.number if isinstance(stop, StoppedError) else signal.SIGINT)


def stop_signals() -> tuple[signal.Signals, ...]:
    """Return the signals besides Ctrl-C that end a run: a termination, a terminal that goes away.

    Whoever has a run survive its terminal (`nohup`) has SIGHUP ignored, and that stays so.
    """
    hang_up: signal.Signals | None = getattr(signal, "SIGHUP", None)
    if hang_up is None or signal.getsignal(hang_up) is signal.SIG_IGN:
        return (signal.SIGTERM,)
    return (signal.SIGTERM, hang_up)


@contextmanager
def raised_as_errors() -> Iterator[None]:
    """Raise StoppedError in the main thread where a signal would have ended the process."""

    def stop(number: int, _frame: object) -> None:
        raise StoppedError(number)

    before = {number: signal.signal(number, stop) for number in stop_signals()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
