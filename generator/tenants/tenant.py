"""A tenant as its file says: where its workspace is, its parameters, and what it selects.

Only data; reading the file is `generator.tenants.load`, applying the selectors
`generator.tenants.selection`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.findings import DocumentPath
from generator.tenants.cloud import Cloud
from generator.text.source_text import SourceText


class TenantError(Exception):
    """A tenant is unknown or its file is wrong; the message names file, line and column."""


@dataclass(frozen=True, slots=True)
class Target:
    """One Log Analytics workspace with Sentinel."""

    tenant_id: str
    subscription_id: str
    resource_group: str
    workspace: str
    cloud: Cloud

    @property
    def workspace_id(self) -> str:
        """The workspace's ARM resource id."""
        return (
            f"/subscriptions/{self.subscription_id}/resourceGroups/{self.resource_group}"
            f"/providers/Microsoft.OperationalInsights/workspaces/{self.workspace}"
        )

    @property
    def identity(self) -> tuple[str, str]:
        """What two targets have in common exactly if they are one workspace.

        Azure compares resource ids without regard to case (Microsoft Learn: Naming rules and
        restrictions for Azure resources).
        """
        return (self.cloud.identity, self.workspace_id.casefold())


@dataclass(frozen=True, slots=True)
class Selector:
    """Which detections are meant: a glob on AREA/SLUG, or conditions that all have to hold.

    `conditions` are of tag, severity, kind and id. `written` is the selector as an error names it,
    `path` where it stands in the tenant's document.
    """

    written: str
    glob: str | None = None
    conditions: Mapping[str, str] = field(default_factory=dict)
    path: DocumentPath = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What a tenant's file says of the catalog, as far as it can be used.

    `is_whole` says that nothing of it had to be left out. `of_documents` is what it says of single
    documents, by the folder of their kind and their id as written.
    """

    parameters: Mapping[str, Any]
    include: tuple[Selector, ...] = ()
    exclude: tuple[Selector, ...] = ()
    is_whole: bool = True
    of_documents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant. `include` is empty when the whole catalog is meant."""

    name: str
    source: SourceText
    target: Target
    parameters: Mapping[str, Any]
    include: tuple[Selector, ...] = ()
    exclude: tuple[Selector, ...] = ()
    of_documents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The tenant's file, relative to the content root."""
        return self.source.file

    @property
    def choice(self) -> Choice:
        """What the tenant wants of the catalog."""
        return Choice(self.parameters, self.include, self.exclude, of_documents=self.of_documents)
