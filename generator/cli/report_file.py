"""The file of a deployment's report: written from the first moment on, or gone.

Who reads a report after a run must find this run's or none. What a report says of the run is
`reporting`'s business; this module is quick to import, because it is the first thing that runs.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from generator.cli.exit_codes import AZURE, INVOCATION, CommandError
from generator.deploy.report_document import report_document
from generator.disk.atomic_files import write_atomically
from generator.disk.destinations import REPORT, destination_problem
from generator.text.safe_text import safe_json

REPORTING = frozenset({"deploy", "rollback"})
"""The commands that write reports."""

_NOT_BEGUN = "the run ended before the command began"
_HELP = frozenset({"-h", "--help"})


_OF_THIS_RUN: set[Path] = set()
"""Reports that say more than that the run has not begun."""


def begin_report(arguments: Sequence[str]) -> None:
    """Put a report in the place of an earlier one, before a command line is understood."""
    _OF_THIS_RUN.clear()
    _write_to_named(arguments, INVOCATION, _NOT_BEGUN)


def end_report(arguments: Sequence[str], code: int) -> None:
    """Say that the run was stopped, unless the command has said already how far it came."""
    _write_to_named(arguments, code, f"{_NOT_BEGUN}: stopped by the user")


def _write_to_named(arguments: Sequence[str], code: int, error: str) -> None:
    if not REPORTING & set(arguments) or _HELP & set(arguments):
        return
    for index, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        text = value if equals else "".join(arguments[index + 1 : index + 2])
        path = Path(text)
        if name == "--report" and text and path.absolute() not in _OF_THIS_RUN:
            # What cannot be written is told when the command has been understood.
            with suppress(CommandError):
                _write(path, report_document(exit_code=code, error=error))


def write_report(path: Path, document: dict[str, Any]) -> None:
    """Replace the report. Raises CommandError, with no earlier report left behind."""
    _OF_THIS_RUN.add(path.absolute())
    _write(path, document)


def _write(path: Path, document: dict[str, Any]) -> None:
    code = document["exitCode"] or AZURE
    # The report of a command line that was refused comes here without its options' checks.
    if (problem := destination_problem(path, REPORT)) is not None:
        raise CommandError(f"the report cannot be written to {path}: {problem}", code)
    text = safe_json(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"
    try:
        write_atomically(path, text, private=True)
    except OSError as error:
        left = "" if _gone(path) else ", and an earlier report is still there"
        raise CommandError(
            f"the report cannot be written to {path}: {error.strerror or error}{left}", code
        ) from error


def _gone(path: Path) -> bool:
    """Take an earlier report away, or empty it where its folder cannot be written."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        try:
            os.truncate(path, 0)
        except OSError:
            return False
    return True
