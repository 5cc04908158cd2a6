"""`sentinelgen deploy`: make a tenant's workspace hold what the catalog says."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.options import kql_options, paths_argument, settings_of, shared_options
from generator.cli.workspace_options import exception_options, execution_options, tenant_options


@click.command(
    short_help="Deploy to a workspace, verify and report.",
    epilog="Example: sentinelgen deploy --tenant lab --yes --report report.json",
)
@paths_argument
@tenant_options
@click.option(
    "--plan",
    "plan_file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Deploy this plan, if it was made for this workspace, content and tool version.",
)
@exception_options
@execution_options
@kql_options
@shared_options
@click.pass_context
def command(
    context: click.Context,
    /,
    *,
    paths: tuple[str, ...],
    tenant_name: str,
    kinds: tuple[str, ...],
    plan_file: Path | None,
    prune: bool,
    recreate: tuple[str, ...],
    reenable: tuple[str, ...],
    adopt: tuple[str, ...],
    yes: bool,
    max_deletes: int,
    max_change_percent: float,
    concurrency: int,
    report: Path | None,
    verbose: bool,
    no_kql: bool,
    require_kql: bool | None,
    **_shared: object,
) -> int:
    """Deploy the catalog, or the detections at PATHS, to a tenant's workspace.

    Shows the plan and asks; writes a snapshot before it changes anything; verifies every rule.
    Exit code 0 only when every rule of the plan is verified live.
    """
    from generator.cli.execution import (  # noqa: PLC0415 - start-up time
        Job,
        Orders,
        execute,
        require_an_answer,
    )
    from generator.cli.exit_codes import CONTENT, CommandError  # noqa: PLC0415 - start-up time
    from generator.cli.kql import KqlChoice  # noqa: PLC0415 - start-up time
    from generator.cli.reporting import reported  # noqa: PLC0415 - start-up time
    from generator.cli.workspace import (  # noqa: PLC0415 - start-up time
        connected,
        plan_options,
        prepare,
        saved_plan,
    )
    from generator.deploy.blast_radius import BlastRadius  # noqa: PLC0415 - start-up time
    from generator.deploy.plan_basis import prunes  # noqa: PLC0415 - start-up time
    from generator.deploy.planner import make_plan, reading_of  # noqa: PLC0415 - start-up time

    settings = settings_of(context)
    with reported(report, tenant_name, plan_file) as told:
        if plan_file is not None and (paths or kinds or prune or recreate or reenable or adopt):
            raise CommandError(
                "--plan FILE says already which rules and how: it goes without PATHS, --kind, "
                "--prune, --recreate, --reenable and --adopt"
            )
        require_an_answer(yes=yes)
        prepared = prepare(
            settings, tenant_name, paths, KqlChoice(no_kql, require_kql), kinds=kinds
        )
        if prepared is None:
            told.end(CONTENT, "the content has errors")
            return CONTENT
        told.workspace_id = prepared.tenant.target.workspace_id
        options = plan_options(
            prepared, prune=prune, recreate=recreate, reenable=reenable, adopt=adopt
        )
        orders = Orders(yes, BlastRadius(max_deletes, max_change_percent), concurrency)
        with connected(prepared.tenant, verbose=verbose) as arm:
            if plan_file is not None:
                plan, content, workspaces, refused = saved_plan(arm, prepared, plan_file)
            else:
                content = prepared.content
                plan, workspaces = make_plan(
                    arm,
                    prepared.tenant,
                    prepared.content,
                    options,
                    reading=reading_of(prepared.root, prepared.tenant, prepared.content),
                    root=prepared.root,
                )
                refused = ()
            job = Job(
                plan,
                workspaces,
                content,
                prepared.root,
                refused,
                prune=prunes(plan.content_hash),
            )
            return execute(arm, job, orders, settings, told)
