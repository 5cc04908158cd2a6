"""`sentinelgen render`: the final KQL of one detection."""

from __future__ import annotations

import click

from generator.cli.exit_codes import CLEAN, CONTENT, CommandError
from generator.cli.options import settings_of, shared_options


@click.command(
    short_help="Print the final KQL of one detection.",
    epilog="Example: sentinelgen render devices/registration-without-mfa --tenant lab",
)
@click.argument("path", metavar="PATH")
@click.option("--tenant", metavar="NAME", help="Use the parameters of tenants/NAME.yaml.")
@shared_options
@click.pass_context
def command(context: click.Context, /, path: str, tenant: str | None, **_shared: object) -> int:
    """Print the KQL that Sentinel will run, exactly, to stdout.

    PATH is a detection file or a detection id. Findings go to stderr; with an error in them nothing
    is printed.
    """
    from generator.cli.console import result_exact  # noqa: PLC0415 - start-up time
    from generator.cli.content import (  # noqa: PLC0415 - start-up time
        compile_content,
        load_content,
        show_findings,
    )
    from generator.cli.kql import KqlChoice  # noqa: PLC0415 - start-up time

    settings = settings_of(context)
    content = load_content(settings, (path,), tenant=tenant)
    if content.selection.files is not None and len(content.selection.files) > 1:
        raise CommandError(f"{path} names {len(content.selection.files)} detections; name one")
    compilation = compile_content(content, KqlChoice.UNASKED)
    queries = [staged.rendering.text for staged in compilation.detections if staged.rendering]
    if compilation.has_errors or not queries:
        show_findings(compilation, "text", settings, to="stderr")
        return CONTENT
    result_exact(queries[0])
    return CLEAN
