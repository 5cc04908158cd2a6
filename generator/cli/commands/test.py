"""`sentinelgen test`: the detection tests, without a workspace."""

from __future__ import annotations

import click

from generator.cli.options import paths_argument, settings_of, shared_options


@click.command(
    short_help="Run the tests of the detections.",
    epilog="Example: sentinelgen test detections/devices -k mfa --explain",
)
@paths_argument
@click.option("--tenant", metavar="NAME", help="Use the parameters of tenants/NAME.yaml.")
@click.option("-k", "word", metavar="WORD", help="Only tests whose AREA/SLUG: name holds WORD.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "junit"]),
    default="text",
    show_default=True,
    help="How results are printed.",
)
@click.option(
    "--explain", is_flag=True, help="Show how many rows each step of a query let through."
)
@click.option(
    "--record",
    is_flag=True,
    help="Print expectations made from what happens; no file is changed.",
)
@click.option(
    "--require-kql/--no-require-kql",
    default=None,
    help="Fail when the KQL service is missing (default); without it no test can run.",
)
@shared_options
@click.pass_context
def command(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    tenant: str | None,
    word: str | None,
    form: str,
    explain: bool,
    record: bool,
    require_kql: bool | None,
    **_shared: object,
) -> int:
    """Run the tests of the catalog, or of the detections at PATHS.

    Each SLUG.tests.yaml holds sample events and what the detection must make of them. Exit code 1
    when a test fails or cannot be run.
    """
    from generator.cli.testing import TestRequest, run_detection_tests  # noqa: PLC0415 - start-up

    request = TestRequest(paths, tenant, word, form, explain, record, require_kql)
    return run_detection_tests(settings_of(context), request)
