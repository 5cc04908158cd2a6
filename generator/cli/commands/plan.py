"""`sentinelgen plan`: what a deployment would do, and nothing else."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.options import (
    OutputFile,
    kql_options,
    paths_argument,
    settings_of,
    shared_options,
)
from generator.cli.workspace_options import exception_options, limit_options, tenant_options
from generator.disk.destinations import PLAN


@click.command(
    short_help="Say what a deployment would change.",
    epilog="Example: sentinelgen plan --tenant lab --out plan.json",
)
@paths_argument
@tenant_options
@exception_options
@click.option(
    "--out",
    metavar="FILE",
    type=OutputFile(PLAN),
    help="Also write the plan as JSON, for `deploy --plan FILE`.",
)
@click.option(
    "--target-from",
    metavar="REF",
    help="Plan against the workspace that the tenant's file names at this git revision, such as "
    "the base of a pull request; all else is as it is here.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How the plan is printed; markdown fits into a pull request comment.",
)
@limit_options
@click.option(
    "--detailed-exitcode",
    is_flag=True,
    help="Exit code 4 when there is something to deploy, 0 only when there is nothing.",
)
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
    prune: bool,
    recreate: tuple[str, ...],
    reenable: tuple[str, ...],
    adopt: tuple[str, ...],
    out: Path | None,
    target_from: str | None,
    form: str,
    max_deletes: int,
    max_change_percent: float,
    detailed_exitcode: bool,
    verbose: bool,
    no_kql: bool,
    require_kql: bool | None,
    **_shared: object,
) -> int:
    """Compare a tenant's workspace with the catalog, or with the detections at PATHS.

    Reads alert rules and their playbook actions only. Exit code 1 when a rule is blocked. What
    `deploy` would refuse with the same limits is said. Where the content has errors there is no
    plan: they are printed in its place, as JSON in the form that `validate` gives them, and FILE
    is not written.
    """
    from generator.cli.console import result, result_json, say  # noqa: PLC0415 - start-up time
    from generator.cli.exit_codes import CHANGES, CLEAN, CONTENT  # noqa: PLC0415 - start-up time
    from generator.cli.kql import KqlChoice  # noqa: PLC0415 - start-up time
    from generator.cli.workspace import (  # noqa: PLC0415 - start-up time
        connected,
        plan_options,
        prepare,
        save_plan,
        show_plan,
    )
    from generator.deploy.blast_radius import BlastRadius  # noqa: PLC0415 - start-up time
    from generator.deploy.plan import ActionKind  # noqa: PLC0415 - start-up time
    from generator.deploy.plan_digest import warnings  # noqa: PLC0415 - start-up time
    from generator.deploy.plan_file import plan_json  # noqa: PLC0415 - start-up time
    from generator.deploy.plan_markdown import plan_markdown  # noqa: PLC0415 - start-up time
    from generator.deploy.planner import make_plan, reading_of  # noqa: PLC0415 - start-up time

    settings = settings_of(context)
    prepared = prepare(
        settings,
        tenant_name,
        paths,
        KqlChoice(no_kql, require_kql),
        target_from=target_from,
        form=form,
        kinds=kinds,
    )
    if prepared is None:
        return CONTENT
    options = plan_options(prepared, prune=prune, recreate=recreate, reenable=reenable, adopt=adopt)
    with connected(prepared.tenant, verbose=verbose) as arm:
        plan, _ = make_plan(
            arm,
            prepared.tenant,
            prepared.content,
            options,
            reading=reading_of(prepared.root, prepared.tenant, prepared.content, twice=True),
            root=prepared.root,
        )
    if out is not None:
        save_plan(plan, out)
    limits = BlastRadius(max_deletes, max_change_percent)
    if form == "text":
        show_plan(plan, settings, limits=limits)
    elif form == "json":
        for note in plan.notes:
            say(f"note: {note}", quiet=settings.quiet)
        for warning in warnings(plan, limits):
            say(f"warning: {warning}")
        result_json(plan_json(plan))
    else:
        result(plan_markdown(plan, limits))
    if plan.of(ActionKind.BLOCKED):
        return CONTENT
    has_changes = any(action.writes for action in plan.actions)
    return CHANGES if detailed_exitcode and has_changes else CLEAN
