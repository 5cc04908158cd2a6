"""Runs `sentinelgen` as a shell does and looks at what it left.

In this process by default, where V8 and the imports stay warm: the same function is called that the
entry point calls, with streams, variables and a working folder of its own. As a process where the
process is the point. `test_entry.py` holds the two against each other.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from unittest import mock

from generator.cli.main import main

KILL_SECONDS = 300
"""Wall time after which a command hangs. Far above what any takes: others load the machine too."""

CPU_SECONDS = 20
"""Processor time that a command in this process may take; other programs' load adds nothing."""

HOME = "home-of-the-user"

_NOT_INHERITED = (
    *("CI", "NO_COLOR", "FORCE_COLOR", "SENTINELGEN_DEBUG"),
    *("GITHUB_ACTIONS", "GITHUB_WORKSPACE", "TF_BUILD"),
)
_READ_AT_START = ("PYTHON", "LC_", "LANG", "TZ")
"""Variables that begin so are read when an interpreter starts, and never again."""


class EndlessCommandError(BaseException):
    """A command took too long. No `Exception`, so that the command cannot explain it away."""


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return variables that hold nothing of the machine's settings; `home` is the user's own."""
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    folders = {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    return {**kept, **folders, "COLUMNS": "100", **(more or {})}


def run(
    *arguments: str,
    folder: Path,
    variables: Mapping[str, str] | None = None,
    permissions_count: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder; it fails when it takes too long.

    `permissions_count`: as they do for ordinary users, even where the tests run as root. That
    takes a process of its own, as do variables that only an interpreter reads.
    """
    if without_rights() and permissions_count:
        return run_process(*arguments, folder=folder, variables=variables, before=without_rights())
    if any(name.startswith(_READ_AT_START) for name in variables or ()):
        return run_process(*arguments, folder=folder, variables=variables)
    out, err = io.BytesIO(), io.BytesIO()
    with _as_if_alone(folder, environment(folder.parent / HOME, variables), out, err), _limited():
        try:
            code = main(list(arguments))
        except SystemExit as ending:
            code = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
        except Exception:  # noqa: BLE001 - what an interpreter does with what nobody caught
            traceback.print_exc()
            code = 1
    return subprocess.CompletedProcess(["sentinelgen", *arguments], code, _text(out), _text(err))


def run_process(
    *arguments: str,
    folder: Path,
    variables: Mapping[str, str] | None = None,
    before: tuple[str, ...] = (),
) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own. `before` stands before it on the command line."""
    return subprocess.run(
        [*before, sys.executable, "-m", "generator", *arguments],
        cwd=folder,
        env=environment(folder.parent / HOME, variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=KILL_SECONDS,
        check=False,
    )


def _text(written: io.BytesIO) -> str:
    return io.TextIOWrapper(io.BytesIO(written.getvalue()), encoding="utf-8").read()


@contextlib.contextmanager
def _as_if_alone(
    folder: Path, variables: Mapping[str, str], out: io.BytesIO, err: io.BytesIO
) -> Iterator[None]:
    """Give a command the surroundings of a process of its own, and take them away again."""
    # As in a process with the locale C, which is the poorest that there is.
    streams = {"stdout": out, "stderr": err, "stdin": io.BytesIO()}
    wrapped = {name: io.TextIOWrapper(stream, "ascii") for name, stream in streams.items()}
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    logger = logging.getLogger("azure")
    logging_before = logger.level, list(logger.handlers)
    with (
        contextlib.chdir(folder),
        mock.patch.dict(os.environ, variables, clear=True),
        mock.patch.multiple(sys, **wrapped),
    ):
        try:
            yield
        finally:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            for stream in wrapped.values():
                stream.detach()
            logger.setLevel(logging_before[0])
            logger.handlers[:] = logging_before[1]
            if threading.current_thread() is threading.main_thread():
                for number, handler in handlers.items():
                    signal.signal(number, handler)


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    """Interrupt what takes too much processor time, or waits for what never comes."""
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, _frame: object) -> None:
        spent = f"{CPU_SECONDS} s of processor time" if number == signal.SIGPROF else "its time"
        raise EndlessCommandError(f"the command did not end within {spent}")

    clocks = {signal.SIGPROF: signal.ITIMER_PROF, signal.SIGALRM: signal.ITIMER_REAL}
    handlers = {number: signal.signal(number, stop) for number in clocks}
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    signal.setitimer(signal.ITIMER_REAL, KILL_SECONDS)
    try:
        yield
    finally:
        for number, clock in clocks.items():
            signal.setitimer(clock, 0)
            signal.signal(number, handlers[number])


def without_rights() -> tuple[str, ...]:
    """Return what to put before a command so that permissions count for root as well."""
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if runs_as_root() else ()


def runs_as_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def can_do_without_rights() -> bool:
    return hasattr(os, "geteuid") and (not runs_as_root() or shutil.which("setpriv") is not None)


def tree(root: Path) -> dict[str, object]:
    """Return what lies below a folder, to compare with what lies there later.

    Caches, in `.sentinelgen/` and in the user's own folder, hold nothing that counts.
    """
    found: dict[str, object] = {}
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in {".sentinelgen", HOME}]
        for name in (*folders, *files):
            path = Path(folder, name)
            status = path.lstat()
            regular = stat.S_ISREG(status.st_mode)
            found[str(path.relative_to(root))] = (
                (status.st_size, status.st_mtime_ns) if regular else status.st_mode
            )
    return found
