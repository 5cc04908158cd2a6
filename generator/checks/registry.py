"""Every check class, found by walking this package: adding a check means adding one file.

Only classes are collected here. What they say about content is `generator.checks.engine`'s work,
and how it looks is the formatters'.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType, ModuleType

import generator.checks
from generator.checks.check import Check

_CODE = re.compile(r"SG[0-9]{3}")


@cache
def registered_checks() -> Mapping[str, type[Check]]:
    """Return all check classes by code, in the order of the codes.

    Raises TypeError when two classes share a code or a code is not `SG` and three digits: that is
    a mistake in this package, never in content.
    """
    found: dict[str, type[Check]] = {}
    for check in _check_classes():
        if not _CODE.fullmatch(check.code):
            raise TypeError(f"{check.__qualname__} has the code {check.code!r}, not SGnnn")
        if check.code in found:
            raise TypeError(
                f"{check.code} belongs to {found[check.code].__qualname__} and {check.__qualname__}"
            )
        found[check.code] = check
    return MappingProxyType(dict(sorted(found.items())))


def _check_classes() -> Iterator[type[Check]]:
    for module in _modules():
        for member in vars(module).values():
            if (
                inspect.isclass(member)
                and issubclass(member, Check)
                and member.__module__ == module.__name__
                and "code" in vars(member)
            ):
                yield member


def _modules() -> Iterator[ModuleType]:
    # Checks stand in folders; the modules beside this one are what runs and shows them.
    package = generator.checks
    for entry in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not entry.ispkg and entry.name.count(".") > package.__name__.count(".") + 1:
            yield importlib.import_module(entry.name)
