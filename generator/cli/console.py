"""Where output goes: results to stdout, everything else to stderr, colour only where it is wanted.

Nothing here decides what is said.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

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
