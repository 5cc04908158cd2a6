"""The commands and the options before them; what there is, and how a name becomes a command.

Commands are imported when they are called, so that `--version` and `--help` stay quick.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import cast

import click

from generator import WITHOUT_KQL, __version__
from generator.cli.console import result
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
