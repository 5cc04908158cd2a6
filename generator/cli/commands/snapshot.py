"""`sentinelgen snapshot`: the rules of a workspace as they are, for `rollback`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.deployment_options import tenant_options
from generator.cli.options import OutputFile, settings_of, shared_options
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
    from generator.cli.deployment import connected, tenant_of  # noqa: PLC0415 - start-up time
    from generator.cli.exit_codes import CLEAN, CommandError  # noqa: PLC0415 - start-up time
    from generator.deploy.planner import reading_of  # noqa: PLC0415 - start-up time
    from generator.deploy.reading import read_now  # noqa: PLC0415 - start-up time
    from generator.deploy.snapshot import (  # noqa: PLC0415 - start-up time
        snapshot_path,
        with_actions,
        write_snapshot,
    )
    from generator.deploy.tenant_content import content_of  # noqa: PLC0415 - start-up time

    settings = settings_of(context)
    catalog = load_content(settings, (), retired_suffice=True).catalog
    tenant = tenant_of(catalog.root, tenant_name)
    owned = content_of(catalog, ()).owned
    with connected(tenant, verbose=verbose) as client:
        reading = reading_of(catalog.root, tenant, twice=True)
        bodies = {key: rule.body for key, rule in read_now(client, owned, reading).ours.items()}
        for body in client.listed() if everything else ():
            key = str(body.get("name")).casefold()
            if key not in owned:
                # By name: a list that changes while it is read shows a rule on two of its pages.
                bodies[key] = body
        rules = with_actions(client, bodies.values())
    now = datetime.now(UTC)
    try:
        path = out or snapshot_path(catalog.root, tenant.name, now)
        count = write_snapshot(path, tenant.target.workspace_id, now, rules)
    except OSError as error:
        raise CommandError(f"the snapshot cannot be written: {error}") from error
    for rule in rules:
        if "actions" not in rule:
            name = printable(repr(rule.get("name")), 100)
            warn(f"the playbook actions of rule {name} are left out: it has no usable name")
    result(str(path))
    say(f"{count} rules", quiet=settings.quiet)
    return CLEAN
