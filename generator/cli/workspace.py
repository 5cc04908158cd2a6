"""What the commands against a workspace share: a tenant's content, a client, a plan on paper.

The decisions are in `generator.deploy`; here they meet options, streams and exit codes.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import click

from generator.azure.api_versions import is_api_version
from generator.azure.client import ArmClient
from generator.azure.errors import LoginSettingsError, ServiceError
from generator.azure.failures import OVERRIDE
from generator.checks.formatters.markdown import format_markdown
from generator.cli.console import StreamName, result, say, show_rich
from generator.cli.content import compile_content, load_content, show_findings
from generator.cli.exit_codes import AZURE, CommandError
from generator.cli.kql import KqlChoice
from generator.cli.options import Settings, settings_of
from generator.compile import unchecked_resources
from generator.deploy.blast_radius import BlastRadius
from generator.deploy.drift import Drift
from generator.deploy.plan import Plan, PlanOptions
from generator.deploy.plan_basis import hash_of, is_of_paths, kinds_in
from generator.deploy.plan_file import (
    AlteredPlanError,
    PlanFileError,
    check_place,
    check_wishes,
    read_plan,
    write_plan,
)
from generator.deploy.plan_markdown import no_plan_markdown
from generator.deploy.plan_text import (
    StyledLine,
    drift_lines,
    plan_lines,
)
from generator.deploy.planner import plan_again
from generator.deploy.results import Result
from generator.deploy.tenant_content import TenantContent, content_of
from generator.deploy.workspace import Workspaces
from generator.findings import Severity
from generator.kinds import KINDS, collections, seats
from generator.tenants.load import load_tenant
from generator.tenants.selection import selected
from generator.tenants.tenant import Tenant, TenantError
from generator.text.github_markup import MAX_BYTES, size
from generator.text.near_names import did_you_mean


@dataclass(frozen=True, slots=True)
class Prepared:
    """A tenant and the content that goes there. `only` are the detections that PATHS name."""

    root: Path
    tenant: Tenant
    content: TenantContent
    only: frozenset[str] | None


def tenant_of(root: Path, name: str) -> Tenant:
    """Load a tenant. Raises CommandError for an unknown one and for a file that is wrong."""
    try:
        return load_tenant(root, name, seats())
    except TenantError as error:
        raise CommandError(str(error)) from error


def prepare(
    settings: Settings,
    tenant_name: str,
    paths: Sequence[str],
    kql: KqlChoice,
    *,
    target_from: str | None = None,
    form: str = "text",
    kinds: Sequence[str] = (),
) -> Prepared | None:
    """Compile a tenant's content; None when it has errors, which have been shown on stderr.

    In another form than text they are a result as well, so that nobody takes an empty one for it.

    What a plan is made from does not depend on PATHS, so the rules of the tenant's other detections
    are made as well; only what PATHS ask for is checked and deployed. An error in a detection that
    the tenant does not get is none of its business, as for `build --tenant`. `target_from` is a git
    revision whose tenant file says where the plan is made.
    """
    asked = load_content(
        settings, paths, tenant=tenant_name, retired_suffice=True, target_from=target_from
    )
    catalog, selection, tenant = asked.catalog, asked.selection, asked.tenant
    if tenant is None:
        raise TypeError("content was loaded without the tenant that was named")
    compilation = compile_content(asked, kql)
    errors = [item for item in compilation.findings if item.severity is Severity.ERROR]
    if errors:
        show_findings(compilation, "text", settings, to="stderr", findings=errors)
        if form == "markdown":
            head = no_plan_markdown(tenant.name)
            result(head + format_markdown(errors, room=MAX_BYTES - size(head)))
        elif form != "text":
            show_findings(compilation, form, settings, findings=errors)
        return None
    if compilation.findings:
        # The plan is what matters here; a screen of warnings before it would hide it.
        say(
            f"{len(compilation.findings)} warnings and notes about the content: "
            "`sentinelgen validate` shows them",
            quiet=settings.quiet,
        )
    only = None
    if not selection.is_whole:
        only = frozenset(d.slug for d in catalog.detections if selection.covers(d.source.file))
    got = {detection.slug for detection in selected(tenant, catalog.detections)}
    others = unchecked_resources(catalog, selection, tenant.parameters, asked.beside)
    resources = [one for one in chain(compilation.resources(), others) if one.label in got]
    content = of_kinds(content_of(catalog, resources), kinds)
    return Prepared(catalog.root, tenant, content, only)


def of_kinds(content: TenantContent, kinds: Sequence[str]) -> TenantContent:
    """Return the content of the kinds that `--kind` names.

    Raises CommandError for a name of none, and where there is nothing of them.
    """
    for kind in kinds:
        if kind not in KINDS:
            known = ", ".join(KINDS)
            raise CommandError(f"--kind {kind}: no such kind{did_you_mean(kind, KINDS)}: {known}")
    narrowed = content.narrowed(kinds)
    if not narrowed.kinds:
        raise CommandError(f"the content has nothing of kind {', '.join(kinds)}")
    return narrowed


@contextmanager
def connected(tenant: Tenant, *, verbose: bool) -> Iterator[ArmClient]:
    """Yield a client for a tenant's workspace; what the service does wrong ends the command.

    Who is logged in is said first, so that nobody writes as somebody else without knowing it.
    """
    context = click.get_current_context(silent=True)
    quiet = context is not None and settings_of(context).quiet
    version = _api_version(quiet=quiet)
    try:
        with (
            _logging(wanted=verbose),
            ArmClient(tenant.target, collections(), api_version=version) as arm,
        ):
            who = arm.identity()
            if who is not None:
                say(f"Logged in as {who}", quiet=quiet)
            yield arm
    except LoginSettingsError as error:
        raise CommandError(f"no login can be chosen: {error}") from error
    except ServiceError as error:
        raise CommandError(str(error), AZURE) from error


def _api_version(*, quiet: bool) -> str | None:
    """Return the API version that the environment asks for, or None. Raises CommandError."""
    version = os.environ.get(OVERRIDE, "").strip()
    if not version:
        return None
    if not is_api_version(version):
        raise CommandError(f"{OVERRIDE} is no API version such as 2025-07-01-preview: {version!r}")
    say(f"API version {version}, as {OVERRIDE} says", quiet=quiet)
    return version


def plan_options(
    prepared: Prepared,
    *,
    prune: bool,
    recreate: Sequence[str],
    reenable: Sequence[str],
    adopt: Sequence[str] = (),
) -> PlanOptions:
    """Return what the user allows. Raises CommandError for an id that the tenant does not get."""
    known = {rule.id.casefold() for rule in prepared.content.desired}
    for option, ids in (("--recreate", recreate), ("--reenable", reenable)):
        for rule_id in ids:
            if rule_id.casefold() not in known:
                raise CommandError(f"{option} {rule_id}: the tenant gets no rule with this id")
    owned = {key for part in prepared.content.kinds for key in part.owned}
    for name in adopt:
        if name.casefold() not in owned:
            raise CommandError(f"--adopt {name}: the content has nothing of this name")
    if prune and prepared.only is not None:
        raise CommandError("--prune looks at the whole workspace and cannot be used with PATHS")
    return PlanOptions(
        prune=prune,
        only=prepared.only,
        recreate=frozenset(rule_id.casefold() for rule_id in recreate),
        reenable=frozenset(rule_id.casefold() for rule_id in reenable),
        adopt=frozenset(name.casefold() for name in adopt),
    )


def saved_plan(
    arm: ArmClient, prepared: Prepared, file: Path
) -> tuple[Plan, TenantContent, Workspaces, tuple[Result, ...]]:
    """Return a plan from a file, the content that it is of, the workspace now, and what is stale.

    Raises CommandError for a plan of something else or one that was altered, and ServiceError.
    """
    plan = _plan_of_here(prepared, file)
    content = prepared.content.narrowed(kinds_in(plan.content_hash))
    try:
        held, workspaces, stale = plan_again(arm, plan, prepared.tenant, content, prepared.root)
    except AlteredPlanError as error:
        raise CommandError(f"{file}: {error}") from error
    except PlanFileError as error:
        raise CommandError(str(error), AZURE) from error
    return held, content, workspaces, stale


def deployed_plan(prepared: Prepared, file: Path) -> Plan:
    """Read the plan that was last deployed, as far as it can be told from one that was altered.

    Content may have changed since; where it has not, the plan wants what the content wants. Raises
    CommandError.
    """
    plan = _plan_of_here(prepared, file)
    made_for = kinds_in(plan.content_hash)
    if made_for != prepared.content.only:
        made = " ".join(f"--kind {kind}" for kind in made_for) or "no --kind"
        raise CommandError(f"{file} was made with {made}: compare with the same")
    if is_of_paths(plan.content_hash):
        raise CommandError(
            f"{file} was made with PATHS and says nothing of the other rules: compare with a "
            "plan of everything, or without --against"
        )
    if hash_of(plan.content_hash) == prepared.content.hash:
        try:
            check_wishes(plan, prepared.tenant.target, prepared.content)
        except AlteredPlanError as error:
            raise CommandError(f"{file}: {error}") from error
    return plan


def _plan_of_here(prepared: Prepared, file: Path) -> Plan:
    """Read a plan file of this tenant's workspace. Raises CommandError."""
    try:
        plan = read_plan(file)
    except PlanFileError as error:
        raise CommandError(str(error)) from error
    try:
        check_place(plan, prepared.tenant.target)
    except PlanFileError as error:
        raise CommandError(f"{file}: {error}", AZURE) from error
    return plan


def show_drift(tenant: str, drifts: Sequence[Drift], settings: Settings) -> None:
    """Print the drift as text; with `--quiet` without the rules that do not count."""
    _print_styled(drift_lines(tenant, drifts, only_drift=settings.quiet), settings)


def show_plan(
    plan: Plan,
    settings: Settings,
    *,
    to_stderr: bool = False,
    limits: BlastRadius | None = None,
) -> None:
    """Print a plan as text, in colour where that is wanted.

    With `limits`, what a deployment with them would refuse is said as well.
    """
    _print_styled(plan_lines(plan, limits), settings, "stderr" if to_stderr else "stdout")


def _print_styled(
    lines: Iterable[StyledLine], settings: Settings, to: StreamName = "stdout"
) -> None:
    from rich.text import Text  # noqa: PLC0415 - start-up time

    texts = (Text(line.text, style=line.style) for line in lines)
    show_rich(texts, no_color=settings.no_color, to=to, wrap=False)


def save_plan(plan: Plan, path: Path) -> None:
    """Write a plan file. Raises CommandError when that fails."""
    try:
        write_plan(plan, path)
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror}") from error


class _LogToStderr(logging.Handler):
    """What a library logs is printed like everything else."""

    def emit(self, record: logging.LogRecord) -> None:
        say(self.format(record))


@contextmanager
def _logging(*, wanted: bool) -> Iterator[None]:
    """Let the SDK log its requests, or let it be silent.

    It hides every header and parameter that it does not know. What nobody handles Python writes to
    stderr from a warning on, tracebacks included.
    """
    handler: logging.Handler = logging.NullHandler()
    azure, *others = (logging.getLogger(name) for name in _SDK)
    level = azure.level
    if wanted:
        handler = _LogToStderr()
        handler.setFormatter(_Redacting("%(name)s: %(message)s"))
        azure.setLevel(logging.INFO)
    for logger in (azure, *others):
        logger.addHandler(handler)
    try:
        yield
    finally:
        azure.setLevel(level)
        for logger in (azure, *others):
            logger.removeHandler(handler)


_SDK = ("azure", "msal", "msal_extensions", "urllib3", "requests")


class _Redacting(logging.Formatter):
    """Writes records, tracebacks included, without a secret in them."""

    def format(self, record: logging.LogRecord) -> str:
        from generator.azure.redaction import SECRETS  # noqa: PLC0415 - start-up time

        return SECRETS.redact(super().format(record))
