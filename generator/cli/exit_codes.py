"""The exit codes that scripts and workflows rely on, and the errors that carry them."""

from __future__ import annotations

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
