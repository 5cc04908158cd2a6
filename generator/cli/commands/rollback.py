"""`sentinelgen rollback`: put every rule of a snapshot back."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.options import settings_of, shared_options
from generator.cli.workspace_options import exception_options, execution_options, tenant_options


@click.command(
    short_help="Restore the rules of a snapshot.",
    epilog="Example: sentinelgen rollback --tenant lab .sentinelgen/snapshots/FILE.json",
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@tenant_options
@exception_options
@click.option(
    "--trigger-uris",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="JSON object of Logic App resource id to trigger URI, for playbooks whose rule was "
    "deleted (- reads stdin): Sentinel does not give these URIs back.",
)
@execution_options
@shared_options
@click.pass_context
def command(
    context: click.Context,
    /,
    *,
    file: Path,
    tenant_name: str,
    kinds: tuple[str, ...],
    prune: bool,
    recreate: tuple[str, ...],
    reenable: tuple[str, ...],
    adopt: tuple[str, ...],
    trigger_uris: Path | None,
    yes: bool,
    max_deletes: int,
    max_change_percent: float,
    concurrency: int,
    report: Path | None,
    verbose: bool,
    **_shared: object,
) -> int:
    """Restore a tenant's rules from the snapshot FILE, through a plan and a confirmation.

    Rules made since are named and stay, unless --prune is given.
    """
    from generator.cli.execution import (  # noqa: PLC0415 - start-up time
        Orders,
        execute,
        require_an_answer,
    )
    from generator.cli.reporting import reported  # noqa: PLC0415 - start-up time
    from generator.cli.restoring import (  # noqa: PLC0415 - start-up time
        prepare_restoration,
        read_trigger_uris,
        restoration_job,
    )
    from generator.cli.workspace import connected  # noqa: PLC0415 - start-up time
    from generator.deploy.blast_radius import BlastRadius  # noqa: PLC0415 - start-up time

    settings = settings_of(context)
    with reported(report, tenant_name, file, trigger_uris) as told:
        require_an_answer(yes=yes)
        prepared, restoration = prepare_restoration(settings, tenant_name, file, kinds)
        told.workspace_id = prepared.tenant.target.workspace_id
        uris = read_trigger_uris(trigger_uris)
        orders = Orders(yes, BlastRadius(max_deletes, max_change_percent), concurrency)
        with connected(prepared.tenant, verbose=verbose) as arm:
            job = restoration_job(
                arm,
                prepared,
                restoration,
                uris,
                prune=prune,
                recreate=recreate,
                reenable=reenable,
                adopt=adopt,
            )
            return execute(arm, job, orders, settings, told)
