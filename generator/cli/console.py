"""The one place that prints: results to stdout, everything else to stderr, all of it safe to show.

Whatever a command says passes through here, so that no text of others steers a terminal or gives a
workflow's runner a command. Nothing here decides what is said.
"""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Literal, TextIO, cast

import click

from generator.text.safe_text import safe_json, safe_output, safe_xml, without_commands

if TYPE_CHECKING:
    from rich.console import RenderableType

StreamName = Literal["stdout", "stderr"]

_RUNNERS = ("GITHUB_ACTIONS", "TF_BUILD")
"""Variables of runners that look for commands in what a step prints."""


def prepare_streams() -> None:
    """Let both streams take every script, whatever the locale of a shell or a runner is."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def is_terminal(name: StreamName) -> bool:
    """Tell whether a stream is a terminal."""
    return _stream(name).isatty()


def wants_colour(name: StreamName, *, no_color: bool) -> bool:
    """Tell whether a stream takes colour: a terminal, no `--no-color`, no NO_COLOR variable."""
    if no_color or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(name)


def result(text: str, *, coloured: bool = False, to: StreamName = "stdout") -> None:
    """Write lines for people, with a line end. `coloured` text holds colours of our own."""
    shown = safe_output(text, coloured=coloured)
    if any(os.environ.get(variable) for variable in _RUNNERS):
        shown = without_commands(shown)
    _write(_stream(to), _ended(shown))


def result_json(text: str) -> None:
    """Write a JSON document; what is escaped in it says the same."""
    _write(sys.stdout, _ended(safe_json(text)))


def result_xml(text: str) -> None:
    """Write an XML document; what is escaped in it says the same."""
    _write(sys.stdout, _ended(safe_xml(text)))


def result_exact(text: str) -> None:
    """Write data that has no way to escape anything, such as CSV or KQL, without a line end.

    It is as it is in a file and for another program. For a terminal, and for a runner that would
    read commands in it, it is made safe.
    """
    if is_terminal("stdout"):
        text = _ended(safe_output(text))
    elif any(os.environ.get(variable) for variable in _RUNNERS) and not _is_file(sys.stdout):
        text = without_commands(text)
    _write(sys.stdout, text)


def result_commands(text: str) -> None:
    """Write commands to a workflow's runner; who made them has escaped what others wrote."""
    _write(sys.stdout, text)


def say(text: str, *, quiet: bool = False) -> None:
    """Write what is not a result to stderr."""
    if not quiet:
        result(text, to="stderr")


def warn(text: str) -> None:
    """Write a warning to stderr, in colour on a terminal; `--quiet` does not hide it."""
    label = "warning:"
    if wants_colour("stderr", no_color=False):
        label = click.style(label, fg="yellow", bold=True)
    result(f"{label} {safe_output(text)}", coloured=True, to="stderr")


def ask(question: str) -> bool:
    """Ask for a yes on the terminal; no answer is a no."""
    try:
        return click.confirm(question, default=False, err=True)
    except click.Abort:
        say("")
        return False


def show_rich(
    renderables: Iterable[RenderableType],
    *,
    no_color: bool,
    to: StreamName = "stdout",
    width: int | None = None,
    wrap: bool = True,
) -> None:
    """Write what rich lays out.

    `width` is in columns, where it is not the terminal's. Without `wrap`, and off a terminal, a
    long line stays one line.
    """
    from rich.console import Console  # noqa: PLC0415 - start-up time

    colour = wants_colour(to, no_color=no_color)
    laid_out = io.StringIO()
    console = Console(
        file=laid_out,
        force_terminal=True if colour else None,
        no_color=not colour,
        highlight=False,
        soft_wrap=not (wrap and is_terminal(to)),
        width=width,
    )
    for renderable in renderables:
        console.print(renderable)
    if laid_out.tell():
        result(laid_out.getvalue(), coloured=colour, to=to)


@contextmanager
def progress_bar(what: str, total: int, *, no_color: bool) -> Iterator[Callable[[], None]]:
    """Show a bar on a terminal's stderr and yield what moves it on by one."""
    from rich.console import Console  # noqa: PLC0415 - start-up time
    from rich.progress import Progress  # noqa: PLC0415 - start-up time

    colour = wants_colour("stderr", no_color=no_color)
    console = Console(stderr=True, no_color=not colour, highlight=False)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)


@contextmanager
def counting_line() -> Iterator[Callable[[str], None]]:
    """Yield what writes over one line of a terminal's stderr, which is gone in the end."""
    try:
        yield lambda text: _write(sys.stderr, f"\r{safe_output(text)}")
    finally:
        _write(sys.stderr, "\r\x1b[K")


def _stream(name: StreamName) -> TextIO:
    return sys.stdout if name == "stdout" else sys.stderr


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def _write(stream: TextIO, text: str) -> None:
    stream.write(text)
    stream.flush()


def _is_file(stream: TextIO) -> bool:
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return False


@contextmanager
def lasting_output(against: type[OSError] = OSError) -> Iterator[None]:
    """Let output go nowhere once it fails; what a command does, and its exit code, stay.

    `against` are the errors of standard output that end it: BrokenPipeError is a reader that is
    gone (`| head`); any other one, such as of a full disk, is for commands that must finish what
    they do. Others are raised, once. Whatever ends standard error ends it without a word.
    """
    before = sys.stdout, sys.stderr
    sys.stdout = cast("TextIO", _Lasting(before[0], against))
    sys.stderr = cast("TextIO", _Lasting(before[1], OSError))
    try:
        yield
        sys.stdout.flush()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):
                stream.flush()
        sys.stdout, sys.stderr = before


class _Lasting:
    """A text stream that takes everything once the one behind it has failed.

    It has no `buffer`, so that nobody writes past it.
    """

    def __init__(self, stream: TextIO | None, against: type[OSError]) -> None:
        self._stream = stream
        self._against = against
        self.encoding = getattr(stream, "encoding", None) or "utf-8"
        self.errors = getattr(stream, "errors", None) or "backslashreplace"

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"{type(text).__name__} is no text")
        if not text:
            return 0  # click asks so whether this takes text, and swallows what goes wrong
        try:
            if self._stream is not None:
                self._stream.write(text)
        except OSError as error:
            self._give_up(error)
        return len(text)

    def flush(self) -> None:
        try:
            if self._stream is not None:
                self._stream.flush()
        except OSError as error:
            self._give_up(error)

    def isatty(self) -> bool:
        return self._stream is not None and self._stream.isatty()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        if self._stream is None:
            raise io.UnsupportedOperation("fileno")
        return self._stream.fileno()

    def _give_up(self, error: OSError) -> None:
        # What is still in the buffer would be tried again, and fail, when the process ends.
        with suppress(OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, cast("TextIO", self._stream).fileno())
            os.close(null)
        self._stream = None
        if not isinstance(error, self._against):
            raise OSError(error.errno, error.strerror, "standard output") from error
