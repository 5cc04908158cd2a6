"""The options that commands share, and the settings that they amount to.

`--root`, `--quiet` and `--no-color` are accepted before and after the command, so they stand on
the group and on each command.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from generator.cli.exit_codes import CommandError
from generator.disk.destinations import FileKind, destination_problem, linked_folder_problem

if TYPE_CHECKING:
    from generator.catalog.configuration import Configuration

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Settings:
    """What the shared options say. `root` is None when no `--root` was given."""

    root: Path | None = None
    quiet: bool = False
    no_color: bool = False

    def merged(self, root: Path | None, *, quiet: bool, no_color: bool) -> Settings:
        """Return the settings of a command that stands behind the group's."""
        return Settings(root or self.root, self.quiet or quiet, self.no_color or no_color)


_SHARED = (
    click.option(
        "--root",
        type=click.Path(path_type=Path, file_okay=False),
        help="The content repository (default: the nearest folder upward with sentinelgen.yaml).",
    ),
    click.option("--quiet", "-q", is_flag=True, help="Print results and problems only."),
    click.option("--no-color", is_flag=True, help="No colours, as NO_COLOR=1 does."),
)


class OutputFile(click.Path):
    """A file that a command writes; what stands in its way is a wrong invocation."""

    def __init__(self, kind: FileKind) -> None:
        super().__init__(dir_okay=False, path_type=Path)
        self._kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path, or fail before the command begins."""
        path = super().convert(value, param, ctx)
        if problem := destination_problem(Path(os.fsdecode(path)), self._kind):
            self.fail(f"nothing can be written to {value}: {problem}", param, ctx)
        return path


class OutputFolder(click.Path):
    """A folder that a command writes files into, which may have to be made."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path, or fail before the command begins."""
        path = super().convert(value, param, ctx)
        if problem := linked_folder_problem(Path(os.fsdecode(path))):
            self.fail(f"nothing can be written below {value}: {problem}", param, ctx)
        return path


def with_options(command: Command, *options: Callable[[Any], Any]) -> Command:
    """Add click options to a command; help shows them in the order given."""
    for option in reversed(options):
        command = option(command)
    return command


def group_options(command: Command) -> Command:
    """Add the shared options to the command group."""
    return with_options(command, *_SHARED)


def shared_options(command: Command) -> Command:
    """Add the shared options to a command; use `settings_of` to read them."""
    return with_options(command, *_SHARED)


def settings_of(context: click.Context) -> Settings:
    """Return the shared settings of a command, given before or after its name.

    Raises UsageError when `--root` is given in both places and names two folders.
    """
    parent = context.find_object(Settings) or Settings()
    given = context.params
    root = given.get("root")
    if root is not None and parent.root is not None and root.absolute() != parent.root.absolute():
        raise click.UsageError(
            "--root is given more than once; which of the values is meant?", context
        )
    return parent.merged(
        given.get("root"),
        quiet=bool(given.get("quiet")),
        no_color=bool(given.get("no_color")),
    )


def paths_argument(command: Command) -> Command:
    """Add `[PATHS]…`: detection files, folders, or ids."""
    return click.argument("paths", nargs=-1, metavar="[PATHS]...")(command)


def kql_options(command: Command) -> Command:
    """Add `--no-kql` and `--require-kql`."""
    return with_options(
        command,
        click.option("--no-kql", is_flag=True, help="Leave the KQL checks out, with a warning."),
        click.option(
            "--require-kql/--no-require-kql",
            default=None,
            help="Fail when the KQL service is missing (default where CI is set).",
        ),
    )


def findings_options(command: Command) -> Command:
    """Add `--format` for findings and `--strict`."""
    return with_options(
        command,
        click.option(
            "--format",
            "form",
            type=click.Choice(["text", "json", "github", "sarif"]),
            default="text",
            show_default=True,
            help="How findings are printed.",
        ),
        click.option("--strict", is_flag=True, help="Count warnings as errors."),
    )


def content_root(settings: Settings) -> Path:
    """Return the content repository of an invocation.

    Raises CommandError when `--root` is no content repository, or none is found upward.
    """
    from generator.catalog.configuration import (  # noqa: PLC0415 - start-up time
        CONFIGURATION_FILE,
        ConfigurationError,
        find_root,
    )

    if settings.root is not None:
        root = settings.root.absolute()
        if not (root / CONFIGURATION_FILE).is_file():
            raise CommandError(
                f"{settings.root} is no content repository: it has no {CONFIGURATION_FILE} "
                f"(an empty one means all defaults; `sentinelgen init {settings.root}` makes one)"
            )
        return root
    try:
        return find_root(Path.cwd())
    except ConfigurationError as error:
        raise CommandError(str(error)) from error


def configuration_of(root: Path) -> Configuration:
    """Load `sentinelgen.yaml`. Raises CommandError when it is wrong."""
    from generator.catalog.configuration import (  # noqa: PLC0415 - start-up time
        ConfigurationError,
        load_configuration,
    )

    try:
        return load_configuration(root)
    except ConfigurationError as error:
        raise CommandError(str(error)) from error
