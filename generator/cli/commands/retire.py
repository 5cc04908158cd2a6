"""`sentinelgen retire`: a detection leaves the catalog, and its rule stays ours to delete."""

from __future__ import annotations

import click

from generator.cli.options import settings_of, shared_options


@click.command(
    short_help="Take a detection out of the catalog.",
    epilog="Example: sentinelgen retire 5f6ec5ff-9f17-4b4f-8a5d-0c6d3a5f0c11 --reason 'Replaced'",
)
@click.argument("detection", metavar="ID")
@click.option("--reason", metavar="TEXT", required=True, help="Why; people will ask in a year.")
@shared_options
@click.pass_context
def command(context: click.Context, /, *, detection: str, reason: str, **_shared: object) -> int:
    """Move a detection to detections/retired.yaml and remove its YAML and tests.

    ID is the detection's id, its file or AREA/SLUG. `deploy --prune` then deletes the rule.
    """
    from datetime import UTC, datetime  # noqa: PLC0415 - start-up time

    from generator.cli.console import result, say  # noqa: PLC0415 - start-up time
    from generator.cli.content import load_content  # noqa: PLC0415 - start-up time
    from generator.cli.exit_codes import CLEAN, CommandError  # noqa: PLC0415 - start-up time
    from generator.cli.retiring import RetirementError, retire  # noqa: PLC0415 - start-up time

    settings = settings_of(context)
    content = load_content(settings, (detection,))
    chosen = [d for d in content.catalog.detections if content.selection.covers(d.source.file)]
    if len(chosen) != 1:
        raise CommandError(f"{detection} names {len(chosen)} detections; retire one at a time")
    try:
        changed = retire(content.catalog, chosen[0], reason, datetime.now(UTC).date())
    except RetirementError as error:
        raise CommandError(str(error)) from error
    for path in changed:
        result(path)
    say("Next: sentinelgen build, then deploy with --prune.", quiet=settings.quiet)
    return CLEAN
