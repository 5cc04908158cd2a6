"""What queries may refer to in a content repository: what is declared, and what content gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from generator.catalog.detection import Catalog
from generator.kinds import kind_of
from generator.kql.environment import Symbol
from generator.kql.schemas.declared import LoadedEnvironment, load_environment


def environment_of(catalog: Catalog) -> LoadedEnvironment:
    """Return the environment of a catalog's queries, with what is wrong with its declarations."""
    loaded = load_environment(catalog.root, catalog.configuration)
    return replace(loaded, environment=loaded.environment.with_symbols(_symbols(catalog)))


def _symbols(catalog: Catalog) -> Iterator[Symbol]:
    for detection in catalog.detections:
        yield from kind_of(detection).declares(detection)
