"""What `rollback` does before and after the plan is carried out: the snapshot and the playbooks."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from generator.azure.client import ArmClient
from generator.azure.failures import OVERRIDE
from generator.cli.console import warn
from generator.cli.content import load_content
from generator.cli.execution import Job
from generator.cli.exit_codes import AZURE, CommandError
from generator.cli.options import Settings
from generator.cli.workspace import Prepared, of_kinds, plan_options, tenant_of
from generator.deploy.plan import ActionKind, Plan
from generator.deploy.planner import make_plan, reading_of
from generator.deploy.playbooks import logic_app, missing, restore, trigger_uri
from generator.deploy.results import Deployment, Outcome, Result
from generator.deploy.rollback import ORPHANS_ARE, RESTORATION, Restoration, restoration_of
from generator.deploy.snapshot import OtherWorkspaceError, SnapshotError, read_snapshot
from generator.deploy.tenant_content import content_of
from generator.deploy.workspace import Workspace
from generator.disk.text_files import BYTE_ORDER_MARK
from generator.disk.untrusted_json import parse_json
from generator.kinds.analytic_rule.live import LiveRules
from generator.kinds.shape import Shape


def prepare_restoration(
    settings: Settings, tenant_name: str, file: Path, kinds: Sequence[str] = ()
) -> tuple[Prepared, Restoration]:
    """Load the tenant and the snapshot. Raises CommandError.

    Only the ids of the catalog are needed, so content with errors does not stand in the way.
    """
    catalog = load_content(settings, (), retired_suffice=True).catalog
    tenant = tenant_of(catalog.root, tenant_name)
    try:
        snapshot = read_snapshot(file, tenant.target.workspace_id)
    except OtherWorkspaceError as error:
        raise CommandError(str(error), AZURE) from error
    except SnapshotError as error:
        raise CommandError(str(error)) from error
    if snapshot.api_version is not None and snapshot.api_version != os.environ.get(OVERRIDE, ""):
        raise CommandError(
            f"{file} was taken with API version {snapshot.api_version}, which does not show "
            f"everything: what it lacks would be removed. Set {OVERRIDE}={snapshot.api_version} to "
            "put back what it shows",
            AZURE,
        )
    if any(
        (problem.slug is not None or problem.source is None)
        and problem.problem.code != BYTE_ORDER_MARK
        for problem in catalog.problems
    ):
        warn("some files of the catalog have problems; a rule whose id is not known stays alone")
    try:
        content = of_kinds(content_of(catalog, ()), kinds)
        restoration = restoration_of(content, snapshot)
    except SnapshotError as error:
        raise CommandError(f"{file}: {error}") from error
    return Prepared(catalog.root, tenant, restoration.content, None), restoration


def read_trigger_uris(file: Path | None) -> dict[str, str]:
    """Read trigger URIs by lower-case Logic App id. They are secrets: no error repeats them."""
    if file is None:
        return {}
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8-sig")
        document = parse_json(text)
    except OSError as error:
        raise CommandError(f"cannot read {file}: {error.strerror}") from error
    except ValueError as error:
        raise CommandError(f"{file} cannot be used: {error}") from error
    if not isinstance(document, dict) or not all(
        isinstance(uri, str) and uri.startswith("https://") for uri in document.values()
    ):
        raise CommandError(f"{file} is no object of Logic App resource ids to https:// URIs")
    uris = {resource.casefold(): uri for resource, uri in document.items()}
    if len(uris) != len(document):
        raise CommandError(f"{file} names a Logic App twice; letter case does not tell two apart")
    return uris


def restoration_job(
    arm: ArmClient,
    prepared: Prepared,
    restoration: Restoration,
    trigger_uris: Mapping[str, str],
    *,
    prune: bool,
    recreate: Sequence[str],
    reenable: Sequence[str],
    adopt: Sequence[str] = (),
) -> Job:
    """Plan the way back. Raises ServiceError."""
    options = replace(
        plan_options(prepared, prune=prune, recreate=recreate, reenable=reenable, adopt=adopt),
        orphans_are=ORPHANS_ARE,
        restores=True,
    )
    plan, workspaces = make_plan(
        arm,
        prepared.tenant,
        restoration.content,
        options,
        reading=reading_of(prepared.root, prepared.tenant, restoration.content, sure=True),
        differ=Shape.differing_members,
    )
    if restoration.foreign:
        names = ", ".join(restoration.foreign[:10])
        note = f"{len(restoration.foreign)} rules of the snapshot are not ours and stay: {names}"
        plan = replace(plan, notes=(*plan.notes, note))

    client = LiveRules(arm)
    lost: list[str] = []
    if client.kind in workspaces:
        lost = _lost_playbooks(client, workspaces[client.kind], restoration, trigger_uris)
    plan = replace(plan, notes=(*plan.notes, *lost, *_untold_playbooks(plan, restoration)))

    def reattach(deployment: Deployment) -> Deployment:
        if deployment.ended_early is not None:
            return deployment
        results = tuple(
            _reattached(client, result, restoration, trigger_uris) for result in deployment.results
        )
        return replace(deployment, results=results)

    return Job(
        plan,
        workspaces,
        restoration.content,
        prepared.root,
        writing=RESTORATION,
        after=reattach,
        more_to_do=bool(lost),
        prune=prune,
    )


def _lost_playbooks(
    client: LiveRules,
    workspace: Workspace,
    restoration: Restoration,
    trigger_uris: Mapping[str, str],
) -> list[str]:
    """Return a note for each playbook that a rule has lost. Raises ServiceError."""
    notes = []
    for rule_id, wanted in restoration.actions.items():
        live = workspace.ours.get(rule_id)
        gone = missing(client, live.id, wanted) if live else wanted
        rule = restoration.content.of(client.kind).owned[rule_id]
        notes += [_lost_note(body, rule, trigger_uris) for body in gone]
    return notes


def _lost_note(body: Mapping[str, Any], rule: str, trigger_uris: Mapping[str, str]) -> str:
    if trigger_uri(body, trigger_uris) is not None:
        return f"attaches playbook {logic_app(body)} to {rule}"
    return (
        f"playbook {logic_app(body)} of {rule} is lost, and without its trigger URI the service "
        "most likely refuses to attach it: give it with --trigger-uris FILE"
    )


def _untold_playbooks(plan: Plan, restoration: Restoration) -> list[str]:
    """Return a note for each rule that comes back without anybody knowing its playbooks."""
    return [
        f"the snapshot does not tell the playbooks of {action.detection}: attach them by hand"
        for action in plan.of(ActionKind.CREATE)
        if action.id.casefold() not in restoration.actions
    ]


def _reattached(
    client: LiveRules, result: Result, restoration: Restoration, trigger_uris: Mapping[str, str]
) -> Result:
    wanted = restoration.actions.get(result.action.id.casefold())
    if not wanted or not result.is_good:
        return result
    problems = restore(client, result.action.id, wanted, trigger_uris)
    if not problems:
        return result
    return replace(result, outcome=Outcome.FAILED, error="; ".join(problems))
