"""The entry point: finds a command, runs it, and turns every ending into an exit code.

Commands are imported when they are called, so that `--version` and `--help` stay quick.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
from pathlib import Path
from typing import cast

import click

from generator import WITHOUT_KQL, __version__
from generator.cli.console import lasting_output, prepare_streams, result, say
from generator.cli.exit_codes import AZURE, CLEAN, INVOCATION, CommandError
from generator.cli.options import Settings, group_options
from generator.cli.single_values import refuse_repeated

COMMANDS = (
    "init",
    "new",
    "validate",
    "render",
    "build",
    "test",
    "query",
    "plan",
    "deploy",
    "drift",
    "snapshot",
    "rollback",
    "retire",
    "emulator",
    "references",
    "schema",
    "checks",
)
"""In the order in which a newcomer meets them."""


_COMPLETION = "_SENTINELGEN_COMPLETE"
"""The variable by which click's completion scripts call (click: Shell Completion)."""


class CommandGroup(click.Group):
    """A group that imports a command's module when the command is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order in which help shows them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return a command, or None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"generator.cli.commands.{cmd_name}")
        return cast("click.Command", module.command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve a command; a misspelled name is answered with the nearest one."""
        try:
            name, command, rest = super().resolve_command(ctx, args)
        except click.UsageError as error:
            from generator.text.near_names import ending, nearest  # noqa: PLC0415 - start-up time

            near = nearest(args[0], COMMANDS)
            if near is None:
                raise
            message = f"{error.message.rstrip('.')}{ending(near)}"
            raise click.UsageError(message, ctx) from error
        if command is not None:
            refuse_repeated(command, click.Context(command, info_name=name, parent=ctx), rest)
        return name, command, rest

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the options before the command."""
        refuse_repeated(self, ctx, args)
        return super().parse_args(ctx, args)


def _show_version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    from generator.kql_service.bundle import (  # noqa: PLC0415 - start-up time
        KqlUnavailableError,
        find_bundle,
    )

    try:
        find_bundle()
        local = ""
    except KqlUnavailableError:
        local = WITHOUT_KQL
    result(f"sentinelgen, version {__version__}{local}")
    context.exit()


@click.group(
    cls=CommandGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with `sentinelgen init my-content`, or run `sentinelgen validate` in a content "
    "repository. `sentinelgen COMMAND --help` shows an example each.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
@group_options
@click.pass_context
def cli(context: click.Context, root: Path | None, quiet: bool, no_color: bool) -> None:
    """Content as code for Microsoft Sentinel: detections in YAML become tested analytics rules."""
    context.obj = Settings(root, quiet, no_color)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code.

    All that a process is besides its interpreter happens in here, so that whoever calls this gets
    what a user gets. With SENTINELGEN_DEBUG set a defect leaves as the exception that it is.
    """
    prepare_streams()
    _forget_the_job()
    if _COMPLETION in os.environ:
        # A shell asks for completions, which click writes as bytes; lasting output is text.
        return _run(arguments)
    with lasting_output(BrokenPipeError):
        return _run(arguments)


def _run(arguments: list[str] | None) -> int:
    try:
        code = cli.main(args=arguments, prog_name="sentinelgen", standalone_mode=False)
    except click.exceptions.Exit as ending:
        return ending.exit_code
    except Exception as error:  # noqa: BLE001 - the one place where no defect may pass
        if isinstance(error, click.UsageError):
            _report(sys.argv[1:] if arguments is None else arguments)
        return _explain(error)
    return code if isinstance(code, int) else CLEAN


def _report(arguments: list[str]) -> None:
    if any(argument.startswith("--report") for argument in arguments):
        from generator.cli.reporting import (  # noqa: PLC0415 - start-up time
            report_wrong_invocation,
        )

        report_wrong_invocation(arguments)


def _forget_the_job() -> None:
    """Drop what a workflow's job gets tokens with: no child of ours has a use for it."""
    for name in [name for name in os.environ if name.startswith("ACTIONS_")]:
        del os.environ[name]


def _explain(error: Exception) -> int:
    """Say on stderr what went wrong and return the exit code."""
    if isinstance(error, click.Abort):
        say("Stopped.")
        return AZURE
    if isinstance(error, click.ClickException):
        shown = io.StringIO()
        error.show(shown)
        say(shown.getvalue())
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


def run() -> None:
    """Exit with what `main` returns; what `sentinelgen` on the PATH calls."""
    sys.exit(main())
