"""Kinds of content, a room each, and which of them there are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from generator.catalog.detection import Detection
from generator.catalog.seat import Seat
from generator.kinds.analytic_rule.kind import ANALYTIC_RULES
from generator.kinds.hunting_query.kind import HUNTING_QUERIES
from generator.kinds.kind import ContentKind
from generator.kinds.shape import Shape
from generator.kinds.watchlist.kind import WATCHLISTS

_KINDS: dict[str, ContentKind] = {
    kind.name: kind for kind in (WATCHLISTS, ANALYTIC_RULES, HUNTING_QUERIES)
}

KINDS: Mapping[str, ContentKind] = MappingProxyType(_KINDS)
"""By name, in the order in which they are deployed."""

UNNAMED_KIND = ANALYTIC_RULES.name
"""The kind of what names none: plans and snapshots of before there were others."""


def seats() -> tuple[Seat, ...]:
    """Return what all kinds claim of a content repository."""
    return tuple(kind.seat for kind in KINDS.values())


def seat_of(label: str) -> Seat:
    """Return where the document lies that people call so."""
    named = (seat for seat in seats() if seat.labels_begin and label.startswith(seat.labels_begin))
    return next(named, next(seat for seat in seats() if not seat.labels_begin))


def collections() -> tuple[str, ...]:
    """Return where all that the kinds know of is, as paths below a workspace."""
    return tuple(kind.collection for kind in KINDS.values())


def shape_of(kind: str) -> Shape:
    """Return the shape of a kind's bodies, by the kind's name."""
    return KINDS[kind].shape


def kind_of(detection: Detection) -> ContentKind:
    """Return the kind that claims a document by its folder."""
    file = detection.source.file
    for kind in KINDS.values():
        if kind.seat.claims(file):
            return kind
    raise TypeError(f"no kind of content claims {file}")
