"""`sentinelgen build`: ARM and Bicep artifacts, or whether the committed ones are current."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from generator.cli.options import (
    findings_options,
    kql_options,
    paths_argument,
    settings_of,
    shared_options,
)


@click.command(epilog="Example: sentinelgen build && sentinelgen build --check")
@paths_argument
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write below DIR instead of arm/ in the content repository.",
)
@click.option("--check", is_flag=True, help="Write nothing; fail when artifacts are not current.")
@click.option("--tenant", metavar="NAME", help="Build what tenants/NAME.yaml selects and sets.")
@findings_options
@kql_options
@shared_options
@click.pass_context
def command(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    out: Path | None,
    check: bool,
    tenant: str | None,
    form: str,
    strict: bool,
    no_kql: bool,
    require_kql: bool | None,
    **_shared: object,
) -> int:
    """Write ARM and Bicep for the catalog, or for the detections at PATHS only.

    With an error in what was asked for, nothing is written.
    """
    from generator.cli.build import build  # noqa: PLC0415 - start-up time
    from generator.cli.content import (  # noqa: PLC0415 - start-up time
        compile_content,
        exit_code,
        load_content,
        show_findings,
    )
    from generator.cli.kql import KqlChoice  # noqa: PLC0415 - start-up time

    settings = settings_of(context)
    content = load_content(settings, paths, tenant=tenant)
    compilation = compile_content(content, KqlChoice(no_kql, require_kql))
    if compilation.findings or form != "text":
        show_findings(compilation, form, settings, stream=sys.stderr)
    code = exit_code(compilation.findings, strict=strict)
    return code or build(compilation, out, check=check, settings=settings)
