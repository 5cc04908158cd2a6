"""`sentinelgen validate`: every check, no output files."""

from __future__ import annotations

import click

from generator.cli.options import (
    findings_options,
    kql_options,
    paths_argument,
    settings_of,
    shared_options,
)


@click.command(
    short_help="Check the detections and print the findings.",
    epilog="Example: sentinelgen validate detections/devices --format github --base origin/main",
)
@paths_argument
@click.option("--tenant", metavar="NAME", help="Check what tenants/NAME.yaml makes of the catalog.")
@click.option("--base", metavar="REF", help="Also compare with a git revision.")
@findings_options
@kql_options
@shared_options
@click.pass_context
def command(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    tenant: str | None,
    base: str | None,
    form: str,
    strict: bool,
    no_kql: bool,
    require_kql: bool | None,
    **_shared: object,
) -> int:
    """Check the catalog, or the detections at PATHS, and print the findings.

    A PATH is a detection file, a folder or a detection id. sentinelgen.yaml, every tenant file and
    every template are checked each time. Exit code 1 when there are errors.
    """
    from generator.cli.content import (  # noqa: PLC0415 - start-up time
        compile_content,
        exit_code,
        show_findings,
    )
    from generator.cli.kql import KqlChoice  # noqa: PLC0415 - start-up time
    from generator.cli.validating import load_all  # noqa: PLC0415 - start-up time

    settings = settings_of(context)
    content, around = load_all(settings, paths, tenant)
    choice = KqlChoice(no_kql, require_kql)
    compilation = compile_content(content, choice, base=base, extra=around)
    show_findings(compilation, form, settings)
    return exit_code(compilation.findings, strict=strict)
