"""`sentinelgen schema`: the JSON Schemas of detections and their tests, for editors and tools."""

from __future__ import annotations

import click

from generator.cli.console import result_json
from generator.cli.exit_codes import CLEAN
from generator.cli.options import shared_options


@click.command(
    short_help="Print the JSON Schema of detection files, or of tests files.",
    epilog="Example: sentinelgen schema > .sentinelgen/detection.schema.json",
)
@click.argument(
    "of",
    metavar="[detection|tests]",
    default="detection",
    type=click.Choice(["detection", "tests"]),
)
@shared_options
def command(of: str, **_shared: object) -> int:
    """Print the JSON Schema (2020-12) of detection files, or of tests files."""
    from generator.cli.editor_schemas import editor_schema  # noqa: PLC0415 - start-up time

    result_json(editor_schema(of))
    return CLEAN
