"""A template addresses what another provider adds to a workspace, and what is a part of it."""

from __future__ import annotations

import json
import re

from generator.artifacts.build import plan_artifacts
from generator.catalog.configuration import Configuration
from generator.kinds.kind import Resource

EXTENSION = Resource(
    kind="watchlist",
    id="vip",
    label="watchlists/vip",
    file="watchlists/vip.yaml",
    type="Microsoft.SecurityInsights/watchlists",
    api_version="2025-09-01",
    body={"properties": {"displayName": "VIP"}},
)
PART = Resource(
    kind="hunting-query",
    id="0a1b",
    label="hunting/area/query",
    file="hunting/area/query.yaml",
    type="Microsoft.OperationalInsights/workspaces/savedSearches",
    api_version="2025-07-01",
    body={"properties": {"category": "Hunting Queries"}},
)


def written(resource: Resource, path: str, form: str = "extension") -> str:
    files = plan_artifacts([resource], Configuration(bicep_form=form))  # type: ignore[arg-type]
    return b"".join(files[path]).decode()


def test_arm_names_both_below_the_workspace() -> None:
    found = {}
    for resource in (EXTENSION, PART):
        (one,) = json.loads(written(resource, f"{resource.label}.json"))["resources"]
        assert one["properties"] == resource.body["properties"]
        found[one["type"]] = one["name"]
    assert found == {
        "Microsoft.OperationalInsights/workspaces/providers/watchlists": (
            "[concat(parameters('workspace'),'/Microsoft.SecurityInsights/vip')]"
        ),
        "Microsoft.OperationalInsights/workspaces/savedSearches": (
            "[concat(parameters('workspace'),'/0a1b')]"
        ),
    }


def test_bicep_extends_the_workspace_or_names_it_as_the_parent() -> None:
    extension = written(EXTENSION, "watchlists/vip.bicep")
    assert (
        "resource watchlist_vip 'Microsoft.SecurityInsights/watchlists@2025-09-01' = {\n"
        "  scope: sentinel\n  name: 'vip'\n"
    ) in extension
    part = written(PART, "hunting/area/query.bicep")
    assert (
        "resource query_0a1b 'Microsoft.OperationalInsights/workspaces/savedSearches@2025-07-01'"
        " = {\n  parent: sentinel\n  name: '0a1b'\n"
    ) in part


def test_bicep_by_full_names_silences_only_what_the_compiler_has_no_type_of() -> None:
    extension = written(EXTENSION, "watchlists/vip.bicep", "providers")
    assert "#disable-next-line BCP081\nresource watchlist_vip " in extension
    assert "name: '${workspace}/Microsoft.SecurityInsights/vip'" in extension
    part = written(PART, "hunting/area/query.bicep", "providers")
    assert "BCP081" not in part
    assert re.search(r"name: '\$\{workspace\}/0a1b'", part)
