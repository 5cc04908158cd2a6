"""`sentinelgen drift`: what somebody changed in a workspace since it was deployed."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.options import kql_options, settings_of, shared_options
from generator.cli.workspace_options import tenant_options


@click.command(
    short_help="Say what differs in a workspace.",
    epilog="Example: sentinelgen drift --tenant lab --against deployed-plan.json",
)
@tenant_options
@click.option(
    "--against",
    metavar="PLANFILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Compare with the plan that was last deployed instead of the working tree.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How the drift is printed; markdown fits into an issue.",
)
@kql_options
@shared_options
@click.pass_context
def command(
    context: click.Context,
    /,
    *,
    tenant_name: str,
    kinds: tuple[str, ...],
    against: Path | None,
    form: str,
    verbose: bool,
    no_kql: bool,
    require_kql: bool | None,
    **_shared: object,
) -> int:
    """Compare a tenant's workspace with what it should hold; changes nothing.

    A rule that is live as at an earlier commit is not deployed yet, not changed. Exit code 1 when a
    rule is changed or missing. `--quiet` leaves out the rules that are neither.
    """
    from generator.cli.console import result, result_json, warn  # noqa: PLC0415 - start-up time
    from generator.cli.exit_codes import (  # noqa: PLC0415 - start-up time
        AZURE,
        CLEAN,
        CONTENT,
        CommandError,
    )
    from generator.cli.kql import KqlChoice  # noqa: PLC0415 - start-up time
    from generator.cli.workspace import (  # noqa: PLC0415 - start-up time
        connected,
        deployed_plan,
        prepare,
        show_drift,
    )
    from generator.deploy.drift import (  # noqa: PLC0415 - start-up time
        drift_json,
        find_drift,
        not_compared_note,
    )
    from generator.deploy.drift_markdown import drift_markdown  # noqa: PLC0415 - start-up time
    from generator.deploy.planner import (  # noqa: PLC0415 - start-up time
        hidden_by_version,
        origins_of,
        read_all,
        reading_of,
    )

    settings = settings_of(context)
    prepared = prepare(settings, tenant_name, (), KqlChoice(no_kql, require_kql), kinds=kinds)
    if prepared is None:
        return CONTENT
    deployed = None if against is None else deployed_plan(prepared, against)
    with connected(prepared.tenant, verbose=verbose) as arm:
        hidden = hidden_by_version(prepared.content, arm.stable_version)
        if hidden:
            raise CommandError(
                f"API version {arm.stable_version}, which is set for this run, does not show "
                f"{len(hidden)} rules whole, so nothing can be told of them: "
                f"{', '.join(hidden[:10])}",
                AZURE,
            )
        reading = reading_of(prepared.root, prepared.tenant, prepared.content, twice=True)
        workspaces = read_all(arm, prepared.content, reading)
        told = {
            part.kind: origins_of(prepared.root, prepared.tenant, part, workspaces[part.kind])
            for part in (prepared.content.kinds if deployed is None else ())
        }
    notes = [note for origins in told.values() for note in origins.notes]
    for note in (*notes, not_compared_note(workspaces)):
        if note is not None:
            warn(note)
    by_kind = {kind: origins.by_id for kind, origins in told.items()}
    drifts = find_drift(prepared.content, workspaces, deployed, by_kind)
    if form == "json":
        target = prepared.tenant.target
        result_json(drift_json(prepared.tenant.name, target.workspace_id, drifts))
    elif form == "markdown":
        result(drift_markdown(prepared.tenant.name, drifts, only_drift=settings.quiet))
    else:
        show_drift(prepared.tenant.name, drifts, settings)
    return CONTENT if any(drift.counts for drift in drifts) else CLEAN
