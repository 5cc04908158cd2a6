"""The entry point: runs a command, and turns every ending into an exit code.

Nothing is imported above that takes time: a stop may come from the first moment on, and by then a
report of an earlier deployment must not stand there as this one's.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

_COMPLETION = "_SENTINELGEN_COMPLETE"
"""The variable by which click's completion scripts call (click: Shell Completion)."""

# ruff: noqa: PLC0415 - see above


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code.

    All that a process is besides its interpreter happens in here, so that whoever calls this gets
    what a user gets. With SENTINELGEN_DEBUG set a defect leaves as the exception that it is.
    """
    given = sys.argv[1:] if arguments is None else arguments
    try:
        if not _may_report(given):
            return _main(given)
        from generator.cli.stopping import raised_as_errors

        with raised_as_errors():
            from generator.cli.report_file import begin_report

            begin_report(given)
            return _main(given)
    except KeyboardInterrupt as stop:
        return _stopped(stop, given)


def _may_report(arguments: list[str]) -> bool:
    return "--report" in " ".join(arguments)


def _main(arguments: list[str]) -> int:
    from generator.cli.console import lasting_output, prepare_streams

    try:
        prepare_streams()
        _forget_the_job()
        if _COMPLETION in os.environ:
            # A shell asks for completions, which click writes as bytes; lasting output is text.
            return _run(arguments)
        with lasting_output(BrokenPipeError):
            return _run(arguments)
    except OSError as error:
        # The last of the output could not be written.
        return _explain(error, arguments)


def _run(arguments: list[str]) -> int:
    import click

    from generator.cli.exit_codes import CLEAN
    from generator.cli.group import cli

    try:
        code = cli.main(args=arguments, prog_name="sentinelgen", standalone_mode=False)
    except click.exceptions.Exit as ending:
        return ending.exit_code
    except Exception as error:  # noqa: BLE001 - the one place where no defect may pass
        return _explain(error, arguments)
    return code if isinstance(code, int) else CLEAN


def _forget_the_job() -> None:
    """Drop what a workflow's job gets tokens with: no child of ours has a use for it."""
    for name in [name for name in os.environ if name.startswith("ACTIONS_")]:
        del os.environ[name]


def _stopped(stop: BaseException | None, arguments: list[str]) -> int:
    from generator.cli.console import say
    from generator.cli.stopping import stopped_by

    say("Stopped.")
    code = stopped_by(stop)
    if _may_report(arguments):
        from generator.cli.report_file import end_report

        end_report(arguments, code)
    return code


def _explain(error: Exception, arguments: list[str]) -> int:
    """Say on stderr what went wrong and return the exit code."""
    import click

    from generator.cli.console import say
    from generator.cli.exit_codes import INVOCATION, CommandError

    if isinstance(error, click.Abort):
        return _stopped(error.__cause__, arguments)
    if isinstance(error, click.ClickException):
        say(_shown(error))
        return INVOCATION
    if isinstance(error, CommandError):
        say(f"error: {error}")
        return error.code
    if os.environ.get("SENTINELGEN_DEBUG"):
        raise error
    if isinstance(error, OSError):
        # A full disk, a closed file, missing rights: the machine's state, no defect.
        what = f"{error.filename}: " if error.filename else ""
        say(f"error: {what}{error.strerror or error}")
        return INVOCATION
    say(
        f"error: internal error: {type(error).__name__}: {error}\n"
        "This is a defect of sentinelgen. Run again with SENTINELGEN_DEBUG=1 for the traceback "
        "and report it."
    )
    return INVOCATION


def _shown(error: click.ClickException) -> str:
    import io

    shown = io.StringIO()
    error.show(shown)
    return shown.getvalue()


def run() -> None:
    """Exit with what `main` returns; what `sentinelgen` on the PATH calls."""
    sys.exit(main())
