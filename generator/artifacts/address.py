"""How a template addresses a resource of a workspace: as an extension of it, or as its part."""

from __future__ import annotations

from generator.kinds.kind import Resource

WORKSPACE_TYPE = "Microsoft.OperationalInsights/workspaces"


def is_part(resource: Resource) -> bool:
    """Tell whether a resource is a part of the workspace rather than another provider's."""
    return resource.type.startswith(f"{WORKSPACE_TYPE}/")


def nested_type(resource: Resource) -> str:
    """Return the type by which a template names it below the workspace."""
    if is_part(resource):
        return resource.type
    _, _, name = resource.type.partition("/")
    return f"{WORKSPACE_TYPE}/providers/{name}"


def nested_prefix(resource: Resource) -> str:
    """Return what stands between the workspace's name and the resource's."""
    if is_part(resource):
        return "/"
    provider, _, _ = resource.type.partition("/")
    return f"/{provider}/"


def symbol(resource: Resource) -> str:
    """Return the word that its symbolic name begins with, the last one of its kind's name."""
    return resource.kind.rpartition("-")[2]
