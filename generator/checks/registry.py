"""Every code and every check: what looks stands one file a check, in the folders of this package
and in those of the kinds of content.

What a stage finds by itself has its code beside what raises it. Only codes and classes are
collected here. What they say about content is `generator.checks.engine`'s work, and how it looks is
the formatters'.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType, ModuleType

from generator.check import Check
from generator.findings import Code
from generator.kinds import KINDS

_CODE = re.compile(r"SG[0-9]{3}")


@cache
def registered_codes() -> Mapping[str, Code]:
    """Return all codes, in their order.

    Raises TypeError when two are the same or one is not `SG` and three digits: that is a mistake in
    this package, never in content.
    """
    found: dict[str, Code] = {}
    for code in (*_codes_of_stages(), *(check.code for check in registered_checks())):
        if not _CODE.fullmatch(code):
            raise TypeError(f"{code!r} is not SGnnn")
        # A module may import the codes of another; two objects are two codes.
        if found.setdefault(code, code) is not code:
            raise TypeError(f"{code} is both {found[code].summary!r} and {code.summary!r}")
    return MappingProxyType(dict(sorted(found.items())))


@cache
def registered_checks() -> tuple[type[Check], ...]:
    """Return the classes of the checks that look, in the order of their codes."""
    return tuple(sorted(_classes(_modules()), key=lambda check: check.code))


@cache
def checks_of(kind: str) -> tuple[type[Check], ...]:
    """Return the checks for a kind of content: its own, and those that hold for every kind."""
    others = tuple(f"{other.checks}." for other in KINDS.values() if other.name != kind)
    return tuple(c for c in registered_checks() if not c.__module__.startswith(others))


def _codes_of_stages() -> Iterator[Code]:
    # Two of them, waivers and history, ask this module about the codes.
    from generator.checks.raisers import RAISERS  # noqa: PLC0415

    for module in RAISERS:
        for member in vars(module).values():
            if isinstance(member, Code):
                yield member


def _classes(modules: Iterable[ModuleType]) -> Iterator[type[Check]]:
    for module in modules:
        for member in vars(module).values():
            if (
                inspect.isclass(member)
                and issubclass(member, Check)
                and member.__module__ == module.__name__
                and "code" in vars(member)
            ):
                yield member


def _modules() -> Iterator[ModuleType]:
    # Checks stand in folders; the modules beside them are what runs and shows them.
    for name in ("generator.checks", *(kind.checks for kind in KINDS.values())):
        package = importlib.import_module(name)
        for entry in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not entry.ispkg and entry.name.count(".") > name.count(".") + 1:
                yield importlib.import_module(entry.name)
