"""`sentinelgen checks`: what is checked, and one check explained."""

from __future__ import annotations

import click

from generator.cli.console import result
from generator.cli.exit_codes import CLEAN, CommandError
from generator.cli.options import shared_options


@click.command(
    short_help="List the checks, or explain one.", epilog="Example: sentinelgen checks SG101"
)
@click.argument("code", required=False)
@shared_options
def command(code: str | None, **_shared: object) -> int:
    """List every check, or explain the one with CODE."""
    from generator.checks.pages import explain_check, list_checks  # noqa: PLC0415 - start-up time

    if code is None:
        result(list_checks())
        return CLEAN
    try:
        result(explain_check(code))
    except LookupError as error:
        raise CommandError(str(error.args[0])) from error
    return CLEAN
