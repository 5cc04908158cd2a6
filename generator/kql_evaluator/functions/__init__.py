"""The built-in functions, one module per family; a module with a FAMILY is found by being here."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from generator.kql_evaluator.functions.registry import Catalogue, Family


@cache
def catalogue() -> Catalogue:
    """Return every function of every family. Raises ValueError where two families define a name."""
    families: list[Family] = []
    for found in iter_modules(__path__, f"{__name__}."):
        family = getattr(import_module(found.name), "FAMILY", None)
        if isinstance(family, Family):
            families.append(family)
    return Catalogue.of(families)
