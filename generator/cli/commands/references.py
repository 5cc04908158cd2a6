"""`sentinelgen references`: what each detection reads, from its bound query."""

from __future__ import annotations

import json

import click

from generator.cli.console import result, result_json
from generator.cli.exit_codes import CLEAN, CONTENT, CommandError
from generator.cli.options import paths_argument, settings_of, shared_options


@click.command(
    short_help="List the tables and functions that detections read.",
    epilog="Example: sentinelgen references detections/devices --format json",
)
@paths_argument
@click.option("--tenant", metavar="NAME", help="Read what tenants/NAME.yaml selects and sets.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@shared_options
@click.pass_context
def command(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    tenant: str | None,
    form: str,
    **_shared: object,
) -> int:
    """List the tables, columns, functions and watchlists that detections read.

    Detections whose query cannot be made are left out, named on stderr, and give exit code 1.
    """
    from generator.cli.content import (  # noqa: PLC0415 - start-up time
        compile_content,
        load_content,
        show_findings,
    )
    from generator.cli.kql import KqlChoice, open_kql  # noqa: PLC0415 - start-up time
    from generator.kql.references import (  # noqa: PLC0415 - start-up time
        detection_references,
        references_json,
        references_text,
    )

    settings = settings_of(context)
    content = load_content(settings, paths, tenant=tenant)
    service = open_kql(content.catalog, KqlChoice(required=True)).service
    if service is None:
        raise CommandError("references need the KQL service")
    compilation = compile_content(content, KqlChoice.UNASKED)
    queries = list(compilation.queries())
    analyses = service.analyze_many([query.text for _, query in queries])
    index = [
        detection_references(
            staged.detection.slug, analysis, staged.kind.named_columns(staged.model)
        )
        for (staged, _), analysis in zip(queries, analyses, strict=True)
    ]
    if form == "json":
        result_json(json.dumps(references_json(index), indent=2, ensure_ascii=False))
    else:
        result(references_text(index))
    if compilation.has_errors:
        show_findings(compilation, "text", settings, to="stderr")
        return CONTENT
    return CLEAN
