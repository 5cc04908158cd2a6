"""What a tenant's workspace should hold, and which rules in it are ours to touch.

Made from a compiled catalog, by nothing but the content: the same content has the same hash on
every machine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from generator.catalog.detection import Catalog
from generator.kinds import KINDS
from generator.kinds.kind import Resource


@dataclass(frozen=True, slots=True)
class TenantContent:
    """A tenant's share of the catalog.

    `desired` are the resources that it gets, by label. `owned` names what we own by lower-case id:
    every detection of the catalog and every retired one. `retired` are those of the latter.
    `limits` are numbers of enabled rules in a workspace, by kind.
    """

    desired: tuple[Resource, ...]
    owned: Mapping[str, str]
    retired: frozenset[str]
    limits: Mapping[str, int]

    @property
    def hash(self) -> str:
        """A hash of everything that a plan is made from, but for the workspace."""
        text = json.dumps(
            {
                "desired": [[one.id, one.label, one.body] for one in self.desired],
                "owned": sorted(self.owned.items()),
                "retired": sorted(self.retired),
                "limits": sorted(self.limits.items()),
            },
            ensure_ascii=True,
            sort_keys=True,
            separators=(",", ":"),
        )
        return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def content_of(catalog: Catalog, resources: Iterable[Resource]) -> TenantContent:
    """Return the content of a tenant that gets these resources."""
    retired = {
        entry.id.casefold(): entry.path.removeprefix("detections/").removesuffix(".yaml")
        for entry in catalog.retired
    }
    # A detection that came back after it was retired is a detection again.
    current = {detection.id.casefold(): detection.slug for detection in catalog.detections}
    return TenantContent(
        tuple(sorted(resources, key=lambda one: one.label)),
        retired | current,
        frozenset(retired) - frozenset(current),
        {
            running: limit
            for kind in KINDS.values()
            for running, limit in kind.limits(catalog.configuration).items()
        },
    )
