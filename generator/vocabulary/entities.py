"""The entity types that a rule can map, their identifiers, and which of them identify an entity.

Facts of `entities.json`: the type names are the API's enum EntityMappingType (api-version
2025-09-01); identifiers and `anyOf` come from Microsoft's page "Microsoft Sentinel entity types
reference" and from the Azure-Sentinel repository's EntityMappingIdentifiers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class EntityType:
    """An entity type. A mapping must hold every identifier of at least one tuple of `any_of`."""

    name: str
    identifiers: frozenset[str]
    any_of: tuple[tuple[str, ...], ...]

    def is_identified_by(self, identifiers: frozenset[str]) -> bool:
        """Tell whether these identifiers are enough to make an entity of this type."""
        return any(identifiers.issuperset(combination) for combination in self.any_of)


@cache
def entity_types() -> Mapping[str, EntityType]:
    """Return the mappable entity types by name. Names are case-sensitive."""
    text = resources.files("generator.vocabulary").joinpath("entities.json").read_text("utf-8")
    return MappingProxyType(
        {
            name: EntityType(
                name,
                frozenset(facts["identifiers"]),
                tuple(tuple(combination) for combination in facts["anyOf"]),
            )
            for name, facts in json.loads(text).items()
        }
    )
