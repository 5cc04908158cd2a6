"""`sentinelgen init`: a content repository that builds and validates as it is."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.console import result, say
from generator.cli.exit_codes import CLEAN, CommandError
from generator.cli.options import settings_of, shared_options

FIRST_DETECTION = "examples/application-owner-added"


@click.command(
    short_help="Start a content repository.",
    epilog="Example: sentinelgen init my-content && cd my-content && sentinelgen build",
)
@click.argument(
    "directory", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False)
)
@shared_options
@click.pass_context
def command(context: click.Context, /, directory: Path, **_shared: object) -> int:
    """Make DIR (default: here) a content repository with a first detection and a workflow."""
    from generator.cli.new_files import new_detection_files, write_new_files  # noqa: PLC0415
    from generator.cli.scaffold import content_files  # noqa: PLC0415 - start-up time

    if (directory / "sentinelgen.yaml").exists():
        raise CommandError(f"{directory} is a content repository already: it has sentinelgen.yaml")
    planned = content_files() | new_detection_files(FIRST_DETECTION, "example")
    for path in write_new_files(directory, planned):
        result(path)
    say(
        f"\nNext: cd {directory} && sentinelgen build, then commit what it wrote.",
        quiet=settings_of(context).quiet,
    )
    return CLEAN
