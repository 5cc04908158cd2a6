"""What a tenant's workspace should hold, and which resources in it are ours to touch.

Made from a compiled catalog, by nothing but the content: the same content has the same hash on
every machine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from generator.catalog.detection import Catalog
from generator.kinds import KINDS, kind_of
from generator.kinds.kind import ContentKind, Key, Resource


@dataclass(frozen=True, slots=True)
class KindContent:
    """A tenant's share of one kind of content.

    `desired` are the resources that it gets, by label. `owned` names what we own by lower-case id:
    everything of the kind in the catalog and everything retired. `retired` are those of the latter.
    `limits` are numbers of what may run in a workspace, by the body's `kind`.
    """

    kind: str
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


@dataclass(frozen=True, slots=True)
class TenantContent:
    """A tenant's share of the catalog, a part for each kind, in the order of deployment.

    A kind of which we own nothing has no part: nothing of it is asked for in a workspace. Where the
    user wants some kinds only, `only` names them. `users` are labels of what refers to something in
    its query, whichever kinds are wanted.
    """

    kinds: tuple[KindContent, ...]
    only: tuple[str, ...] = ()
    users: Mapping[Key, str] = field(default_factory=dict)

    def narrowed(self, kinds: Iterable[str]) -> TenantContent:
        """Return the parts of some kinds; all of them where none is named."""
        wanted = tuple(sorted(set(kinds)))
        if not wanted:
            return self
        parts = tuple(part for part in self.kinds if part.kind in wanted)
        return replace(self, kinds=parts, only=wanted)

    @property
    def hash(self) -> str:
        """A hash of everything that a plan is made from, but for the workspace."""
        if len(self.kinds) == 1:
            return self.kinds[0].hash
        text = "".join(f"{part.kind} {part.hash}\n" for part in self.kinds)
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"

    @property
    def desired(self) -> Iterator[Resource]:
        """Everything that the tenant gets."""
        return (one for part in self.kinds for one in part.desired)

    def of(self, kind: str) -> KindContent:
        """Return the part of a kind; an empty one where we own nothing of it."""
        nothing = KindContent(kind, (), {}, frozenset(), {})
        return next((part for part in self.kinds if part.kind == kind), nothing)


def content_of(catalog: Catalog, resources: Iterable[Resource]) -> TenantContent:
    """Return the content of a tenant that gets these resources."""
    resources = tuple(resources)
    parts = [
        _content_of(catalog, kind, (one for one in resources if one.kind == kind.name))
        for kind in KINDS.values()
    ]
    # Of an empty catalog something is asked for all the same: that there is such a workspace.
    users = {key: one.label for one in reversed(resources) for key in named_by(one.body)}
    return TenantContent(tuple(part for part in parts if part.owned) or (parts[0],), users=users)


def named_by(body: Mapping[str, Any]) -> set[Key]:
    """Return what the query of a resource's body refers to by name."""
    query = body.get("properties", {}).get("query")
    if not isinstance(query, str):
        return set()
    return {Key.of(kind.name, name) for kind in KINDS.values() for name in kind.named_in(query)}


def _content_of(catalog: Catalog, kind: ContentKind, resources: Iterable[Resource]) -> KindContent:
    retired = {
        entry.id.casefold(): kind.seat.label(entry.path)
        for entry in catalog.retired
        if entry.kind == kind.name
    }
    # What came back after it was retired is of the content again.
    current = {one.id.casefold(): one.slug for one in catalog.detections if kind_of(one) is kind}
    return KindContent(
        kind.name,
        tuple(sorted(resources, key=lambda one: one.label)),
        retired | current,
        frozenset(retired) - frozenset(current),
        kind.limits(catalog.configuration),
    )
