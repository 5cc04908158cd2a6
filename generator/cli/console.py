"""Where output goes: results to stdout, everything else to stderr, colour only where it is wanted.

Nothing here decides what is said.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO, cast

import click

if TYPE_CHECKING:
    from rich.console import Console


def wants_colour(stream: TextIO, *, no_color: bool) -> bool:
    """Tell whether a stream takes colour: a terminal, no `--no-color`, no NO_COLOR variable."""
    if no_color or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty()


def result(text: str) -> None:
    """Write a result to stdout as it is, with a line end."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    sys.stdout.flush()


def say(text: str, *, quiet: bool = False) -> None:
    """Write what is not a result to stderr."""
    if not quiet:
        click.echo(text, err=True)


def warn(text: str) -> None:
    """Write a warning to stderr, in colour on a terminal; `--quiet` does not hide it."""
    label = "warning:"
    if wants_colour(sys.stderr, no_color=False):
        label = click.style(label, fg="yellow", bold=True)
    click.echo(f"{label} {text}", err=True, color=True)


def rich_console(stream: TextIO, *, no_color: bool) -> Console:
    """Return a rich console on a stream; imported late because rich takes time to load."""
    from rich.console import Console  # noqa: PLC0415 - start-up time

    colour = wants_colour(stream, no_color=no_color)
    return Console(
        file=stream,
        force_terminal=True if colour else None,
        no_color=not colour,
        highlight=False,
        soft_wrap=not stream.isatty(),
    )


@contextlib.contextmanager
def lasting_output() -> Iterator[None]:
    """Let output go nowhere once its reader is gone (`| head`, a closed terminal).

    For commands that must finish what they do, and whose exit code says how that ended.
    """
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast("TextIO", _Lasting(stream)) for stream in before)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        sys.stdout, sys.stderr = before


class _Lasting:
    """A text stream that takes everything, whatever becomes of the one behind it.

    It has no `buffer`, so that nobody writes past it.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self.encoding = getattr(stream, "encoding", None) or "utf-8"
        self.errors = getattr(stream, "errors", None) or "backslashreplace"

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"{type(text).__name__} is no text")
        try:
            if self._stream is not None:
                self._stream.write(text)
        except OSError:
            self._give_up()
        return len(text)

    def flush(self) -> None:
        try:
            if self._stream is not None:
                self._stream.flush()
        except OSError:
            self._give_up()

    def isatty(self) -> bool:
        return self._stream is not None and self._stream.isatty()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        if self._stream is None:
            raise io.UnsupportedOperation("fileno")
        return self._stream.fileno()

    def _give_up(self) -> None:
        # What is still in the buffer would be tried again, and fail, when the process ends.
        with contextlib.suppress(OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, cast("TextIO", self._stream).fileno())
            os.close(null)
        self._stream = None
