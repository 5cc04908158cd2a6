"""What commands that look at content have in common: compile it, show findings, pick the code."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from generator.catalog.beside import Beside
from generator.catalog.configuration import CONFIGURATION_FILE, place_in_configuration
from generator.catalog.detection import Catalog, FileProblem
from generator.catalog.load import load_catalog
from generator.catalog.selection import (
    Selection,
    SelectionError,
    narrowed,
    require_something,
    select,
    unread_slugs,
)
from generator.checks.formatters.findings_json import format_json
from generator.checks.formatters.github import format_github
from generator.checks.formatters.sarif import format_sarif
from generator.checks.formatters.text import format_text
from generator.checks.history import HistoryError, compare_with_base
from generator.checks.severities import CheckSettingError
from generator.cli.console import (
    StreamName,
    result,
    result_commands,
    result_json,
    wants_colour,
)
from generator.cli.exit_codes import CLEAN, CONTENT, CommandError
from generator.cli.kql import KqlChecks, KqlChoice, open_kql
from generator.cli.options import Settings, configuration_of, content_root
from generator.compile import Compilation, compile_catalog
from generator.disk.text_files import marked_file_notes
from generator.findings import Finding, Severity
from generator.kinds import seats
from generator.kql_service.bundle import KqlUnavailableError
from generator.kql_templates import TemplateLibrary
from generator.past.target import target_at
from generator.symbols import environment_of
from generator.tenants.discovery import FOLDER as TENANTS
from generator.tenants.load import load_tenant
from generator.tenants.selection import may_get
from generator.tenants.selection import select as select_for_tenant
from generator.tenants.tenant import Tenant, TenantError

_FRAME_LIMIT = 1 << 20
"""Bytes; what is larger is refused at loading and has no line worth showing."""


@dataclass(frozen=True, slots=True)
class Content:
    """A loaded catalog, the part of it that an invocation asks for, and a tenant's parameters."""

    catalog: Catalog
    selection: Selection
    tenant: Tenant | None = None

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The tenant's values for the detections' parameters."""
        return {} if self.tenant is None else self.tenant.parameters

    @property
    def beside(self) -> Beside:
        """What documents are made of besides themselves, the tenant's part included."""
        return beside_of(self.catalog.root, self.tenant)


def beside_of(root: Path, tenant: Tenant | None) -> Beside:
    """Return what documents are made of for a tenant, or for none."""
    if tenant is None:
        return Beside(root)
    return Beside(root, tenant.of_documents, tenant.file)


def load_content(
    settings: Settings,
    paths: Sequence[str],
    *,
    tenant: str | None = None,
    retired_suffice: bool = False,
    target_from: str | None = None,
) -> Content:
    """Load the content repository of an invocation and select what PATHS and a tenant ask for.

    With `retired_suffice`, a catalog of which nothing but retired ids is left is something too.
    With `target_from`, the tenant's target is the one that its file names at that git revision.
    Raises CommandError when there is no content repository, its configuration or the tenant is
    wrong, here or at that revision, a PATH names nothing, or nothing at all is asked for.
    """
    root = content_root(settings)
    catalog = load_catalog(root, configuration_of(root), seats())
    try:
        selection = select(catalog, paths, Path.cwd())
        if not (retired_suffice and selection.is_whole and catalog.retired):
            require_something(catalog, selection)
        if tenant is None:
            return Content(catalog, selection)
        loaded = load_tenant(root, tenant, seats())
        if target_from is not None:
            loaded = replace(loaded, target=target_at(root, target_from, tenant))
        got = select_for_tenant(loaded, catalog.detections, unread_slugs(catalog))
        selection = narrowed(catalog, selection, got, partial(may_get, loaded))
        if paths and not selection.files:
            raise CommandError(f"the tenant {tenant} does not take {', '.join(paths)}")
    except (SelectionError, TenantError, HistoryError) as error:
        raise CommandError(str(error)) from error
    return Content(catalog, selection, loaded)


def compile_content(
    content: Content,
    kql: KqlChoice,
    *,
    base: str | None = None,
    extra: Iterable[FileProblem] = (),
) -> Compilation:
    """Compile and check content.

    `base` is a git revision to compare with, `extra` are problems that were found elsewhere. Raises
    CommandError when KQL is required and missing, when sentinelgen.yaml's `checks` cannot be
    followed, or when there is no such revision.
    """
    checks = open_kql(content.catalog, kql)
    try:
        history = () if base is None else compare_with_base(content.catalog, base)
        tests = () if kql.unasked else _problems_of_tests(content, checks)
        return compile_catalog(
            content.catalog,
            today=datetime.now(UTC).date(),
            selection=content.selection,
            parameters=content.parameters,
            beside=content.beside,
            examine_queries=checks.examine,
            extra=(
                *checks.problems,
                *history,
                *tests,
                *_notes(content.catalog.root),
                *extra,
            ),
            looked_for=_looked_for(base, kql),
        )
    except CheckSettingError as error:
        raise CommandError(_setting_lines(content.catalog.root, error)) from error
    except (HistoryError, KqlUnavailableError) as error:
        raise CommandError(str(error)) from error


def _notes(root: Path) -> Iterator[FileProblem]:
    """Yield notes on the files whose readers report faults alone."""
    tenants = [f"{TENANTS}/{path.name}" for path in sorted((root / TENANTS).glob("*.yaml"))]
    for note in marked_file_notes(root, (CONFIGURATION_FILE, *tenants)):
        yield FileProblem(None, None, note)


def _setting_lines(root: Path, error: CheckSettingError) -> str:
    lines = []
    for code, message in error.faults:
        at = place_in_configuration(root, ("checks", code))
        lines.append(f"{at.file}:{at.line}:{at.column}: {message}")
    return "\n".join(lines)


def _problems_of_tests(content: Content, checks: KqlChecks) -> tuple[FileProblem, ...]:
    from generator.detection_tests.problems import test_problems  # noqa: PLC0415 - start-up time

    catalog = content.catalog
    environment = (
        environment_of(catalog).environment
        if checks.service is None
        else checks.service.environment
    )
    queries = None
    if checks.service is not None:
        from generator.detection_tests.query_inputs import QueryInputs  # noqa: PLC0415 - as above

        queries = QueryInputs(checks.service, TemplateLibrary(catalog.root), content.parameters)
    return test_problems(catalog, environment, content.selection, queries)


def _looked_for(base: str | None, kql: KqlChoice) -> frozenset[str]:
    """Return the families of check codes that only some invocations look for."""
    history = set() if base is None else {"SG5"}
    return frozenset(history if kql.unasked else history | {"SG6"})


def format_findings(
    compilation: Compilation, findings: Sequence[Finding], form: str, *, colour: bool
) -> str:
    """Write findings in one of the forms text, json, github and sarif."""
    root = compilation.catalog.root
    if form == "json":
        return format_json(findings, detections=compilation.looked_at)
    if form == "github":
        return format_github(findings, prefix=_below_repository(root))
    if form == "sarif":
        return format_sarif(findings, prefix=_below_repository(root))
    return format_text(
        findings,
        detections=compilation.looked_at,
        read_source=_source_reader(compilation.catalog),
        color=colour,
    )


def show_findings(
    compilation: Compilation,
    form: str,
    settings: Settings,
    *,
    to: StreamName = "stdout",
    findings: Sequence[Finding] | None = None,
) -> str:
    """Print findings, the compilation's own unless others are given, and return what was printed.

    Where there are none, `--quiet` prints no text. The machine-readable forms always go to stdout.
    """
    colour = wants_colour(to, no_color=settings.no_color)
    shown = compilation.findings if findings is None else findings
    if settings.quiet and form == "text" and not shown:
        return ""
    text = format_findings(compilation, shown, form, colour=colour)
    if form in {"json", "sarif"}:
        result_json(text)
    elif form == "github":
        result_commands(text)
    else:
        result(text, coloured=colour, to=to)
    return text


def exit_code(findings: Sequence[Finding], *, strict: bool) -> int:
    """Return 1 when a finding counts as an error, which with `strict` warnings do too."""
    counted = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return CONTENT if any(finding.severity in counted for finding in findings) else CLEAN


def _source_reader(catalog: Catalog) -> Callable[[str], str | None]:
    """Return what reads a file for a code frame; one that cannot be shown is None."""
    loaded = {detection.source.file: detection.source.text for detection in catalog.detections}

    def read(file: str) -> str | None:
        if file in loaded:
            return loaded[file]
        path = catalog.root / file
        try:
            # Nothing behind a link out of the repository is shown, least of all in a public log.
            inside = path.resolve().is_relative_to(catalog.root.resolve())
            if inside and path.is_file() and path.stat().st_size <= _FRAME_LIMIT:
                return path.read_text("utf-8-sig", errors="replace")
        except (OSError, RuntimeError):  # RuntimeError: a link to itself, before Python 3.13
            return None  # the finding itself says that the file cannot be read
        return None

    return read


def _below_repository(root: Path) -> str:
    """Return the content root relative to what GitHub shows files of.

    That is the git repository that the content is checked out in, or the workspace where there is
    none. Outside of a workflow paths stay as they are.
    """
    workspace = os.environ.get("GITHUB_WORKSPACE")
    if not workspace:
        return ""
    top, real_root = Path(workspace).resolve(), root.resolve()
    if not real_root.is_relative_to(top):
        return ""
    folders = (real_root, *real_root.parents)
    within = [folder for folder in folders if folder.is_relative_to(top)]
    shown = next((folder for folder in within if (folder / ".git").exists()), top)
    relative = real_root.relative_to(shown).as_posix()
    return "" if relative == "." else relative
