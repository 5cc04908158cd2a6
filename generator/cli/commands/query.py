"""`sentinelgen query`: KQL on local events, without a workspace."""

from __future__ import annotations

import click

from generator.cli.options import settings_of, shared_options


@click.command(
    short_help="Run KQL on local events.",
    epilog="Example: sentinelgen query 'SigninLogs | summarize count() by UserPrincipalName' "
    "--table SigninLogs=export.csv",
)
@click.argument("kql", required=False, metavar="[KQL]")
@click.option("-f", "files", multiple=True, metavar="FILE", help="A file with a query; repeatable.")
@click.option(
    "--table",
    "tables",
    multiple=True,
    metavar="NAME=FILE",
    help="Events of a table: JSON lines, JSON or CSV; repeatable.",
)
@click.option("--now", metavar="TIME", help="What now() returns (default: the clock).")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "jsonl", "csv"]),
    default="table",
    show_default=True,
    help="How results are printed.",
)
@shared_options
@click.pass_context
def command(
    context: click.Context,
    /,
    kql: str | None,
    files: tuple[str, ...],
    tables: tuple[str, ...],
    now: str | None,
    form: str,
    **_shared: object,
) -> int:
    """Run KQL, or the queries of files, on exported events.

    A table that is not given is empty; one that Sentinel does not know gets the types that its
    values show. Exit code 1 when a query fails.
    """
    from generator.cli.querying import QueryRequest, run_queries  # noqa: PLC0415 - start-up time

    return run_queries(settings_of(context), QueryRequest(kql, files, tables, now, form))
