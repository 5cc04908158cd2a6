"""Reading `tenants/NAME.yaml`, strictly: whatever is not understood is an error, never left out.

A tenant file decides where rules go, so a misspelled key must not leave a default in its place.
What a tenant gets of a catalog is not looked at here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from generator.catalog.seat import Seat
from generator.disk.text_files import read_content
from generator.findings import Code, DocumentPath, InDocument, InFile, Problem, Severity
from generator.tenants.cloud import Cloud, parse_cloud
from generator.tenants.discovery import (
    discover_tenants,
    is_tenant_name,
    near_tenant,
    tenant_file,
)
from generator.tenants.tenant import Choice, Selector, Target, Tenant, TenantError
from generator.text.conformance import conformance
from generator.text.schema import Schema, load_schema
from generator.text.source_text import SourceText
from generator.text.strict_document import (
    DocumentFormat,
    StrictDocument,
    as_line,
    as_lines,
    read_document,
)

TENANT_SCHEMA = "tenant.schema.json"

UNUSABLE_CLOUD = Code(
    "SG703",
    summary="Unusable cloud of a target",
    explanation=(
        "`cloud` is public, usgov, china, or the URL of an emulator on this machine: its host is "
        "a loopback address, and it has neither user, path nor query. Credentials would go "
        "elsewhere otherwise."
    ),
    severity=Severity.ERROR,
    source="Our own format, docs/deployment.md.",
    waivable=False,
)
UNUSABLE_TARGET = Code(
    "SG704",
    summary="Unusable id or name of a target",
    explanation=(
        "Tenant and subscription are GUIDs (on an emulator any plain id), and resource group and "
        "workspace have names that Azure allows. Nothing could be deployed to this target."
    ),
    severity=Severity.ERROR,
    source="Microsoft Learn, Naming rules and restrictions for Azure resources.",
    waivable=False,
)
EMPTY_SELECTOR = Code(
    "SG705",
    summary="Selector that says nothing",
    explanation=(
        "A selector is a glob on AREA/SLUG, or a mapping with tag, severity, kind or id. An empty "
        "one, or an empty list of what to include, would select nothing or everything depending "
        "on the reader: leave it out."
    ),
    severity=Severity.ERROR,
    source="Our own format, docs/deployment.md.",
    waivable=False,
)
SHARED_WORKSPACE = Code(
    "SG710",
    summary="Workspace of two tenants",
    explanation=(
        "Both files own the rules of the whole catalog in that workspace. What one of them "
        "selects or sets, a deployment of the other takes back. Subscription, resource group and "
        "workspace are compared without regard to case, within one cloud; an emulator is known by "
        "its port, whatever address of this machine is written: keep one of the files."
    ),
    severity=Severity.ERROR,
    source="Our own format, docs/deployment.md.",
    waivable=False,
)

_GUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}", re.ASCII)
_PLAIN_ID = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
# Microsoft Learn: Naming rules and restrictions for Azure resources. The SDK allows workspace names
# of up to 90 characters.
_RESOURCE_GROUP = re.compile(r"[\w().-]{0,89}[\w()-]")
_WORKSPACE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,88}[A-Za-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class LoadedTenant:
    """A tenant file: what it says, None where that cannot be used, and what is wrong with it.

    `source` is None for a file that could not be read as text. `target` and `choice` are there as
    far as they can be used, whatever is wrong with the rest.
    """

    source: SourceText | None
    tenant: Tenant | None
    problems: tuple[Problem, ...]
    target: Target | None = None
    choice: Choice | None = None


def load_tenant(root: Path, name: str, seats: Sequence[Seat] = ()) -> Tenant:
    """Load a tenant of the content repository. `seats` are the kinds that a tenant may speak of.

    Raises TenantError, with a line for everything that is wrong, and when another tenant file
    names the same workspace: each would take the rules of the other for its own.
    """
    if not is_tenant_name(name):
        raise TenantError(f"{name!r} is no tenant name: letters, digits, - and _ only")
    file = tenant_file(name)
    path = root / file
    if not path.exists() and not path.is_symlink():
        near = near_tenant(root, name)
        raise TenantError(f"there is no tenant {name!r}: {file} does not exist{near}")
    loaded = read_tenant(root, name, seats)
    if loaded.tenant is None or loaded.problems:
        raise TenantError("\n".join(problem_lines(file, loaded.source, loaded.problems)))
    for other in load_tenants(root, seats):
        if other.source is None or other.source.file == file:
            continue
        if problem := shared_workspace(loaded.tenant.target, other.target, other.source.file):
            raise TenantError("\n".join(problem_lines(file, loaded.source, (problem,))))
    return loaded.tenant


def load_tenants(root: Path, seats: Sequence[Seat] = ()) -> Iterator[LoadedTenant]:
    """Load every tenant file of a content repository, in the order of their names.

    What looks like a tenant and is none has a place in it too.
    """
    for found in discover_tenants(root):
        yield _unread(found) if isinstance(found, Problem) else read_tenant(root, found, seats)


def read_tenant(root: Path, name: str, seats: Sequence[Seat] = ()) -> LoadedTenant:
    """Read the file of a tenant of this name; nothing is raised for what it holds."""
    source = read_content(root, tenant_file(name))
    if isinstance(source, Problem):
        return _unread(source)
    return tenant_in(source, name, seats)


def tenant_in(source: SourceText, name: str, seats: Sequence[Seat] = ()) -> LoadedTenant:
    """Read a tenant of this name from a text; nothing is raised for what it holds."""
    document = read_document(source, _format(tuple(seats)))
    if not isinstance(document.value, dict):
        return LoadedTenant(source, None, document.problems)
    reading = _Reading(document)
    target = reading.target(document.value.get("target"))
    choice = reading.choice(document.value, seats)
    problems = (*document.problems, *reading.problems)
    tenant = None
    if target is not None and not problems:
        tenant = Tenant(
            name,
            source,
            target,
            choice.parameters,
            choice.include,
            choice.exclude,
            choice.of_documents,
        )
    return LoadedTenant(source, tenant, problems, target, choice)


def shared_workspace(target: Target, other: Target | None, file: str) -> Problem | None:
    """Return what is wrong when another tenant's file names the same workspace; None if not."""
    if other is None or target.identity != other.identity:
        return None
    return Problem(
        SHARED_WORKSPACE,
        f"{file} names the same workspace: {target.workspace_id}",
        InDocument(("target", "workspace")),
        "a workspace has one tenant file: what one gets, the other would take away",
    )


def problem_lines(
    file: str, source: SourceText | None, problems: tuple[Problem, ...]
) -> Iterator[str]:
    """Yield the problems of a tenant file as lines that begin with file, line and column."""
    if source is not None:
        yield from as_lines(source, problems)
        return
    for problem in problems:
        place = problem.place
        yield as_line(place if isinstance(place, InFile) else InFile(file), problem)


def _unread(problem: Problem) -> LoadedTenant:
    return LoadedTenant(None, None, (problem,))


def _without_empty_parts(document: Any) -> Any:
    """Leave out the parts that have no value; a selector's key without one stays a mistake."""
    if not isinstance(document, dict):
        return document
    kept = {key: value for key, value in document.items() if value is not None}
    for key in ("target", "select"):
        if isinstance(kept.get(key), dict):
            kept[key] = {name: value for name, value in kept[key].items() if value is not None}
    return kept


def _format(seats: tuple[Seat, ...]) -> DocumentFormat:
    schema = _schema(tuple(seat for seat in seats if seat.of_tenants is not None))
    return DocumentFormat(schema_for=lambda _document: schema, as_meant=_without_empty_parts)


@cache
def _schema(seats: tuple[Seat, ...]) -> Schema:
    """Return the schema of tenant files, with a key for each kind that a tenant may speak of."""
    schema = load_schema(__package__, TENANT_SCHEMA)
    if not seats:
        return schema
    keys = {
        seat.folder: {
            "description": f"What is this tenant's own of a {seat.what}, by its {seat.id_key}.",
            "type": "object",
            "additionalProperties": seat.of_tenants,
        }
        for seat in seats
    }
    definition = dict(schema.definition)
    definition["properties"] = {**definition["properties"], **keys}
    return Schema(definition, conformance(definition))


class _Reading:
    """Makes a tenant of a document, and collects what no schema can say of it."""

    def __init__(self, document: StrictDocument) -> None:
        self.problems: list[Problem] = []
        self._document = document

    def choice(self, value: Mapping[str, Any], seats: Sequence[Seat]) -> Choice:
        """Return what is said of the catalog, without what cannot be used of it."""
        select = value.get("select")
        include, exclude = (
            self._selectors(select, key) if isinstance(select, dict) else ()
            for key in ("include", "exclude")
        )
        given = value.get("parameters")
        parameters = {
            name: item
            for name, item in (given.items() if isinstance(given, dict) else ())
            if item is not None and self._document.is_sound("parameters", name)
        }
        is_whole = self._document.is_sound("select") and not any(
            isinstance(problem.place, InDocument) and problem.place.path[:1] == ("select",)
            for problem in self.problems
        )
        of_documents = {
            seat.folder: {
                id_: item
                for id_, item in value[seat.folder].items()
                if self._document.is_sound(seat.folder, id_)
            }
            for seat in seats
            if seat.of_tenants is not None and isinstance(value.get(seat.folder), dict)
        }
        return Choice(parameters, include, exclude, is_whole, of_documents)

    def _wrong(self, code: str, message: str, *path: str | int, help_: str | None = None) -> None:
        self.problems.append(Problem(code, message, InDocument(path), help_))

    def target(self, given: Any) -> Target | None:
        """Return where the workspace is, or None where that cannot be said."""
        if not isinstance(given, dict):
            return None
        # What is missing or no text is the schema's business.
        texts = {key: value for key, value in given.items() if isinstance(value, str)}
        cloud = self._cloud(texts["cloud"]) if "cloud" in texts else None
        # On a rehearsal target nobody issues these ids, so any plain one will do.
        is_loopback = cloud is not None and cloud.is_loopback
        shape, what = (_PLAIN_ID, "a plain id") if is_loopback else (_GUID, "a GUID")
        shapes = {
            "tenantId": (shape, f"is not {what}"),
            "subscriptionId": (shape, f"is not {what}"),
            "resourceGroup": (_RESOURCE_GROUP, "cannot be a resource group"),
            "workspace": (_WORKSPACE, "cannot be a workspace"),
        }
        for key, (pattern, fault) in shapes.items():
            if key in texts and not pattern.fullmatch(texts[key]):
                self._wrong(UNUSABLE_TARGET, f"target.{key} {fault}: {texts[key]!r}", "target", key)
        if cloud is None or not shapes.keys() <= texts.keys():
            return None
        return Target(
            texts["tenantId"],
            texts["subscriptionId"],
            texts["resourceGroup"],
            texts["workspace"],
            cloud,
        )

    def _cloud(self, text: str) -> Cloud | None:
        try:
            return parse_cloud(text)
        except ValueError as error:
            self._wrong(UNUSABLE_CLOUD, f"target.cloud is wrong: {error}", "target", "cloud")
            return None

    def _selectors(self, select: Mapping[str, Any], key: str) -> tuple[Selector, ...]:
        items = select.get(key)
        if not isinstance(items, list):
            return ()
        if key == "include" and not items:
            self._wrong(
                EMPTY_SELECTOR,
                "select.include is empty, so the tenant would get nothing",
                "select",
                key,
                help_="leave it out to select the whole catalog",
            )
        found = (self._selector(item, ("select", key, at)) for at, item in enumerate(items))
        return tuple(selector for selector in found if selector is not None)

    def _selector(self, item: Any, path: DocumentPath) -> Selector | None:
        if not isinstance(item, str | dict) or not self._document.is_sound(*path):
            return None
        if isinstance(item, dict) and not all(map(partial(self._document.is_sound, *path), item)):
            return None
        if not item:
            self._wrong(
                EMPTY_SELECTOR,
                "this selector says nothing",
                *path,
                help_="write a glob on AREA/SLUG, or a mapping with tag, severity, kind or id",
            )
            return None
        if isinstance(item, str):
            return Selector(repr(item), glob=item, path=path)
        written = "{" + ", ".join(f"{key}: {text}" for key, text in item.items()) + "}"
        return Selector(written, conditions=item, path=path)
