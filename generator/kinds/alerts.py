"""What the rows of a query become where its kind of content raises alerts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.kql_evaluator.values import Value

NamedRow = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity: its type and its identifiers in the order of the mapping."""

    type: str
    identifiers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. `rows` are the results that it was made of, by column name.

    `custom_details` holds the distinct values of each key as text.
    """

    title: str
    description: str
    severity: str
    tactics: tuple[str, ...]
    entities: tuple[Entity, ...]
    custom_details: Mapping[str, tuple[str, ...]]
    dynamic_properties: Mapping[str, str]
    rows: tuple[NamedRow, ...]


@dataclass(frozen=True, slots=True)
class Alerts:
    """The alerts of one run, and what about them is worth knowing."""

    alerts: tuple[Alert, ...]
    notes: tuple[str, ...] = ()
