"""`sentinelgen snapshot`: the rules of a workspace as they are, for `rollback`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.options import OutputFile, settings_of, shared_options
from generator.cli.workspace_options import tenant_options
from generator.disk.destinations import SNAPSHOT


@click.command(
    short_help="Export the rules of a workspace.",
    epilog="Example: sentinelgen snapshot --tenant lab --all",
)
@tenant_options
@click.option("--all", "everything", is_flag=True, help="Every rule, not only ours.")
@click.option(
    "--out",
    metavar="FILE",
    type=OutputFile(SNAPSHOT),
    help="Write here instead of below .sentinelgen/snapshots.",
)
@shared_options
@click.pass_context
def command(
    context: click.Context,
    /,
    *,
    tenant_name: str,
    kinds: tuple[str, ...],
    everything: bool,
    out: Path | None,
    verbose: bool,
    **_shared: object,
) -> int:
    """Export the rules of a tenant's workspace with their playbook actions, and print the path."""
    from datetime import UTC, datetime  # noqa: PLC0415 - start-up time

    from generator.azure.errors import printable  # noqa: PLC0415 - start-up time
    from generator.cli.console import result, say, warn  # noqa: PLC0415 - start-up time
    from generator.cli.content import load_content  # noqa: PLC0415 - start-up time
    from generator.cli.exit_codes import CLEAN, CommandError  # noqa: PLC0415 - start-up time
    from generator.cli.workspace import connected, of_kinds, tenant_of  # noqa: PLC0415 - start-up time
    from generator.deploy.planner import read_all, reading_of  # noqa: PLC0415 - start-up time
    from generator.deploy.snapshot import (  # noqa: PLC0415 - start-up time
        snapshot_items,
        snapshot_path,
        write_snapshot,
    )
    from generator.deploy.tenant_content import content_of  # noqa: PLC0415 - start-up time
    from generator.deploy.workspace import is_ours  # noqa: PLC0415 - start-up time
    from generator.kinds import KINDS  # noqa: PLC0415 - start-up time
    from generator.kinds.analytic_rule.kind import ANALYTIC_RULES  # noqa: PLC0415 - start-up time

    settings = settings_of(context)
    catalog = load_content(settings, (), retired_suffice=True).catalog
    tenant = tenant_of(catalog.root, tenant_name)
    content = of_kinds(content_of(catalog, ()), kinds)
    with connected(tenant, verbose=verbose) as arm:
        reading = reading_of(catalog.root, tenant, content, twice=True)
        bodies = {
            kind: {key: live.body for key, live in workspace.ours.items()}
            for kind, workspace in read_all(arm, content, reading).items()
        }
        for kind, known in bodies.items():
            for body in KINDS[kind].live(arm).listed() if everything else ():
                name = str(body.get("name"))
                if not is_ours(name, content.of(kind).owned):
                    # By name: a list that changes while it is read shows one on two of its pages.
                    known[name if not name.isascii() else name.casefold()] = body
        stable = arm.stable_version
        items = snapshot_items(arm, {kind: known.values() for kind, known in bodies.items()})
    now = datetime.now(UTC)
    try:
        path = out or snapshot_path(catalog.root, tenant.name, now)
        count = write_snapshot(path, tenant.target.workspace_id, now, items, stable)
    except OSError as error:
        raise CommandError(f"the snapshot cannot be written: {error}") from error
    for item in items:
        if item.kind == ANALYTIC_RULES.name and item.actions is None:
            name = printable(repr(item.body.get("name")), 100)
            why = "it is gone, or has no usable name"
            warn(f"the playbook actions of rule {name} are left out: {why}")
    if stable is not None:
        warn(f"API version {stable} does not show everything: a rollback of this needs it as well")
    result(str(path))
    say(f"{count} rules", quiet=settings.quiet)
    return CLEAN
