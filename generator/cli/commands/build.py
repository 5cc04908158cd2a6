"""`sentinelgen build`: ARM and Bicep artifacts, or whether the committed ones are current."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.console import result, say
from generator.cli.exit_codes import CLEAN
from generator.cli.options import (
    OutputFolder,
    findings_options,
    kql_options,
    paths_argument,
    settings_of,
    shared_options,
)


@click.command(
    short_help="Write the ARM and Bicep artifacts.",
    epilog="Example: sentinelgen build && sentinelgen build --check",
)
@paths_argument
@click.option(
    "--out",
    metavar="DIR",
    type=OutputFolder(),
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
    from generator.cli.unchanged import Rebuild  # noqa: PLC0415 - start-up time

    settings = settings_of(context)
    is_plain = not (paths or out or check or tenant) and form == "text"
    rebuild = (
        Rebuild.of(settings, no_kql=no_kql, require_kql=require_kql, strict=strict)
        if is_plain
        else None
    )
    if rebuild is not None and rebuild.repeat(settings):
        return CLEAN
    from generator.cli.artifact_output import Built, build  # noqa: PLC0415 - start-up time
    from generator.cli.content import (  # noqa: PLC0415 - start-up time
        compile_content,
        exit_code,
        load_content,
        show_findings,
    )
    from generator.cli.kql import KqlChoice, why_left_out  # noqa: PLC0415 - start-up time

    choice = KqlChoice(no_kql, require_kql)
    content = load_content(settings, paths, tenant=tenant)
    compilation = compile_content(content, choice)
    is_text, shown = form == "text", ""
    if is_text and compilation.findings:
        shown = show_findings(compilation, form, settings, to="stderr")
    code = exit_code(compilation.findings, strict=strict)
    built = Built(code) if code else build(compilation, out, check=check)
    if not is_text:
        # A machine reads stdout: one document with everything in it, and nothing else.
        found = (*compilation.findings, *built.findings)
        show_findings(compilation, form, settings, findings=found)
    elif built.findings:
        show_findings(compilation, form, settings, to="stderr", findings=built.findings)
    if built.exit_code != CLEAN or not settings.quiet:
        for line in built.report:
            (result if is_text else say)(line)
    if check and built.report:
        say("Run `sentinelgen build` and commit what it wrote.")
    if rebuild is not None and built.exit_code == CLEAN:
        left_out = why_left_out(content.catalog.configuration, choice)
        rebuild.remember(shown, left_out, built.artifacts)
    return built.exit_code
