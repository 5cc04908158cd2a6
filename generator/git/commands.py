"""One way to run `git`: without a shell, bounded, and deaf to what a repository's settings start.

A repository may be hostile, in its objects as in its settings. Only plumbing that reads objects is
called through here; nothing is checked out, fetched, paged, signed or filtered.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

MAX_ANSWER = 256 * 1024 * 1024
"""Bytes of one answer: trees can be made that list without end."""

MAX_SECONDS = 60
"""Seconds for one command; the largest repositories that we tried answer in two."""

_KEPT = (
    "GIT_EXEC_PATH",
    "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    # Where a machine says which folders of other users are trusted.
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
)
_KEPT_SETTINGS = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_")
_OF_THE_JOB = "ACTIONS_"
_FIXED = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    # A partial clone fetches what it lacks, by a program that its settings name.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_REPLACE_OBJECTS": "1",
    # Like replaced objects, grafts make another history than the one that was pushed.
    "GIT_GRAFT_FILE": os.devnull,
}
_SETTINGS = (
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    # Content may hold a folder that looks like a repository, settings included.
    "safe.bareRepository=explicit",
)
_ERROR_BYTES = 4096


class HistoryError(ValueError):
    """The history cannot be read: no git, no repository, no such revision, or it is too large."""


def git(root: Path, *arguments: str, given: bytes = b"", limit: int = MAX_ANSWER) -> bytes:
    """Run a command of git in a folder and return its output, at most `limit` bytes.

    Raises HistoryError where there is no git, the command fails, or it answers too much or too
    late.
    """
    executable = shutil.which("git")
    if executable is None:
        raise HistoryError("this needs git, and there is none on the PATH")
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    command = [executable, "--no-pager", *settings, "-C", str(root), *arguments]
    with tempfile.TemporaryFile() as request, tempfile.TemporaryFile() as errors:
        request.write(given)
        request.seek(0)
        with subprocess.Popen(  # noqa: S603 - a fixed program, arguments of our own, no shell
            command,
            stdin=request,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(),
            start_new_session=True,
        ) as process:
            answer, late = _answer(process, limit)
        errors.seek(0)
        said = errors.read(_ERROR_BYTES).decode("utf-8", "replace").strip().splitlines()
    if late:
        raise HistoryError(f"git {arguments[0]} took longer than {MAX_SECONDS} seconds")
    if len(answer) > limit:
        raise HistoryError(f"git {arguments[0]} answers more than {limit} bytes")
    if process.returncode:
        raise HistoryError(f"git: {said[0].removeprefix('fatal: ') if said else 'failed'}")
    return answer


def _answer(process: subprocess.Popen[bytes], limit: int) -> tuple[bytes, bool]:
    """Return what a process writes, cut one byte over the limit, and whether it ran too long."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(MAX_SECONDS, stop)
    timer.start()
    try:
        answer = b"" if process.stdout is None else process.stdout.read(limit + 1)
        if len(answer) > limit:
            _kill(process)
        process.wait()
    finally:
        timer.cancel()
    return answer, late.is_set()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill git and whatever it has started, which would otherwise keep our end of the pipe open."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _environment() -> dict[str, str]:
    """The process's own, without what hooks and callers of git set: the folder alone says which
    repository is meant, and nothing says otherwise how its history and our paths are read.

    Without what a workflow's job can ask for a token with, too: git has no need of one here.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", _OF_THE_JOB))
        or name in _KEPT
        or name.startswith(_KEPT_SETTINGS)
    }
    return {**kept, **_FIXED}
