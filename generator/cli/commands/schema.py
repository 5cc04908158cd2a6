"""`sentinelgen schema`: the JSON Schemas of detections and their tests, for editors and tools."""

from __future__ import annotations

import click

from generator.cli.console import result_json
from generator.cli.exit_codes import CLEAN, CommandError
from generator.cli.options import shared_options


@click.command(
    short_help="Print the JSON Schema of a kind of files, or of tests files.",
    epilog="Example: sentinelgen schema > .sentinelgen/detection.schema.json",
)
@click.argument(
    "of",
    metavar="[KIND|tests]",
    default="detection",
)
@shared_options
def command(of: str, **_shared: object) -> int:
    """Print the JSON Schema (2020-12) of the files of a kind of content, or of tests files.

    KIND is analytic-rule (or detection, the default) or hunting-query.
    """
    from generator.cli.editor_schemas import (  # noqa: PLC0415 - start-up time
        editor_schema,
        schema_names,
    )
    from generator.text.near_names import did_you_mean  # noqa: PLC0415 - start-up time

    names = schema_names()
    if of not in names:
        raise CommandError(
            f"there is no schema of {of!r}{did_you_mean(of, names)}: {', '.join(names)}"
        )
    result_json(editor_schema(of))
    return CLEAN
