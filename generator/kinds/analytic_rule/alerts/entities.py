"""The entities of an alert: what the rule's mappings make of the rows, within Sentinel's limits.

Sources: Microsoft's pages "Map data fields to entities", "Microsoft Sentinel entity types
reference" and "Microsoft Sentinel service limits".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from generator.kinds.alerts import Entity
from generator.kinds.analytic_rule.model import AnalyticRule, EntityMapping
from generator.kql_evaluator.formats import to_text
from generator.kql_evaluator.values import Value
from generator.vocabulary.entities import entity_types

ENTITIES_PER_ALERT = 500
"""Most entities of one alert, split equally among the mappings [doc: service limits]."""

ENTITY_BYTES = 64 * 1024
"""Most bytes of all entities of one alert, here counted as JSON [doc: service limits]."""

GENERIC_ACCOUNT_NAMES = frozenset(
    {
        "ADMIN",
        "ADMINISTRATOR",
        "ANONYMOUS",
        "AUTHENTICATED USER",
        "LOCAL SYSTEM",
        "LOCALSYSTEM",
        "NETWORK",
        "NETWORK SERVICE",
        "NULL",
        "ROOT",
        "SYSTEM",
    }
)
"""An account that is defined by one of these as its Name is dropped [doc: entity types]."""


def entities_of(
    rule: AnalyticRule, rows: Iterable[Mapping[str, Value]], notes: list[str]
) -> tuple[Entity, ...]:
    """Return the entities of an alert made of these rows; `notes` gets what was left out."""
    rows = list(rows)
    mappings = rule.entity_mappings
    if not mappings:
        return ()
    share = ENTITIES_PER_ALERT // len(mappings)
    found: dict[Entity, None] = {}
    for mapping in mappings:
        own = dict.fromkeys(_of_mapping(mapping, rows, notes))
        if len(own) > share:
            notes.append(f"{len(own)} {mapping.entity_type} entities: {share} of them are kept")
        found.update(dict.fromkeys(list(own)[:share]))
    return _within_size(tuple(found), notes)


def _of_mapping(
    mapping: EntityMapping, rows: Sequence[Mapping[str, Value]], notes: list[str]
) -> Iterator[Entity]:
    type_ = entity_types().get(mapping.entity_type)
    if type_ is None:
        return
    for row in rows:
        texts = ((field.identifier, to_text(row.get(field.column))) for field in mapping.fields)
        identifiers = tuple((name, text) for name, text in texts if text)
        names = dict(identifiers)
        if not type_.is_identified_by(frozenset(names)):
            if identifiers:
                given = ", ".join(names)
                notes.append(f"{mapping.entity_type} is not identified by {given} alone: dropped")
            continue
        if mapping.entity_type == "Account" and names.get("Name", "").upper() in (
            GENERIC_ACCOUNT_NAMES
        ):
            notes.append(f"Sentinel drops accounts with the generic name {names['Name']}")
            continue
        yield Entity(mapping.entity_type, identifiers)


def _within_size(entities: tuple[Entity, ...], notes: list[str]) -> tuple[Entity, ...]:
    size = 0
    for count, entity in enumerate(entities):
        size += len(json.dumps([entity.type, dict(entity.identifiers)]).encode())
        if size > ENTITY_BYTES:
            notes.append(f"entities are larger than {ENTITY_BYTES // 1024} KB: {count} are kept")
            return entities[:count]
    return entities
