"""`sentinelgen new`: a detection that validates, with a fresh GUID, and its tests."""

from __future__ import annotations

import click

from generator.cli.console import result, say
from generator.cli.exit_codes import CLEAN
from generator.cli.options import content_root, settings_of, shared_options


@click.command(
    short_help="Write a new detection or hunting query, and its tests.",
    epilog="Example: sentinelgen new identity/new-federated-domain",
)
@click.argument("slug", metavar="AREA/SLUG")
@shared_options
@click.pass_context
def command(context: click.Context, /, slug: str, **_shared: object) -> int:
    """Write a new detection and its tests below detections/, or what SLUG begins with.

    hunting/AREA/SLUG is a hunting query.

    The query asks for an operation that no log holds, and what is to be replaced is a warning of
    `validate` until it is: nothing of it can be taken for finished.
    """
    from generator.cli.new_files import new_detection_files, write_new_files  # noqa: PLC0415

    root = content_root(settings_of(context))
    for path in write_new_files(root, new_detection_files(slug)):
        result(path)
    say(
        "\nNext: replace what `sentinelgen validate` names, in the query first.",
        quiet=settings_of(context).quiet,
    )
    return CLEAN
