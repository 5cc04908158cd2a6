"""The exit codes that scripts and workflows rely on, and the errors that carry them."""

from __future__ import annotations

import signal

CLEAN = 0
CONTENT = 1
INVOCATION = 2
AZURE = 3
CHANGES = 4
STOPPED = 128
"""And the number of the signal that ended the run, as shells count: 130 is Ctrl-C."""


class CommandError(Exception):
    """A command cannot go on. The message is what the user reads; `code` is the exit code."""

    def __init__(self, message: str, code: int = INVOCATION) -> None:
        super().__init__(message)
        self.code = code


class StoppedError(KeyboardInterrupt):
    """A signal ends the run as Ctrl-C does; `number` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def stopped_by(stop: BaseException | None) -> int:
    """Return the exit code of a run that a signal or Ctrl-C has ended."""
    return STOPPED + (stop.number if isinstance(stop, StoppedError) else signal.SIGINT)
