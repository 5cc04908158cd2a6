"""The tactics that a rule can name and the ATT&CK techniques that belong to each.

Facts of `tactics.json`: the names are the API's enum AttackTactic (api-version 2025-09-01). The
techniques are MITRE ATT&CK's, Enterprise and ICS, with additions of several versions, so that a
technique is never denied a tactic that some version gives it. It is not complete: a technique that
is not in it may belong anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

DEPRECATED_TACTICS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"PreAttack": ("Reconnaissance", "ResourceDevelopment")}
)
"""Tactics that the API still takes and ATT&CK has replaced, with what replaced them."""


@cache
def tactic_names() -> tuple[str, ...]:
    """Return the API's names of the tactics, in ATT&CK's order."""
    return tuple(_techniques_by_tactic())


@cache
def tactics_by_technique() -> Mapping[str, frozenset[str]]:
    """Return the tactics of each known technique (`T1078`, never a sub-technique)."""
    tactics: dict[str, set[str]] = {}
    for tactic, techniques in _techniques_by_tactic().items():
        for technique in techniques:
            tactics.setdefault(technique, set()).add(tactic)
    return MappingProxyType({technique: frozenset(of) for technique, of in tactics.items()})


@cache
def _techniques_by_tactic() -> Mapping[str, tuple[str, ...]]:
    text = resources.files("generator.vocabulary").joinpath("tactics.json").read_text("utf-8")
    return MappingProxyType(
        {tactic: tuple(techniques) for tactic, techniques in json.loads(text).items()}
    )
