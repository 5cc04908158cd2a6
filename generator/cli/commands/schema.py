"""`sentinelgen schema`: the JSON Schema of detections, for editors and other tools."""

from __future__ import annotations

import click

from generator.cli.console import result
from generator.cli.options import shared_options


@click.command(
    short_help="Print the JSON Schema of detection files.",
    epilog="Example: sentinelgen schema > .sentinelgen/detection.schema.json",
)
@shared_options
def command(**_shared: object) -> int:
    """Print the JSON Schema (2020-12) of detection files."""
    from generator.catalog.schema import editor_schema_text  # noqa: PLC0415 - start-up time

    result(editor_schema_text())
    return 0
