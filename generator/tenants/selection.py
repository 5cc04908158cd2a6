"""Which detections of the catalog a tenant gets.

A selector or a parameter that hits nothing is an error, because it is most often a misspelling
that would leave a workspace without rules that somebody counts on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from generator.catalog.detection import Detection
from generator.tenants.tenant import Selector, Tenant, TenantError


def select(tenant: Tenant, detections: Iterable[Detection]) -> tuple[Detection, ...]:
    """Return the detections that the tenant gets, in the order given.

    Raises TenantError when a selector matches no detection of the catalog, or a parameter is one
    that no detection declares.
    """
    catalog = tuple(detections)
    problems = [*_idle_selectors(tenant, catalog), *_idle_parameters(tenant, catalog)]
    if problems:
        raise TenantError("\n".join(f"{tenant.file}: {problem}" for problem in problems))
    return tuple(detection for detection in catalog if takes(tenant, detection))


def takes(tenant: Tenant, detection: Detection) -> bool:
    """Tell whether the tenant gets a detection."""
    if tenant.include and not any(matches(s, detection) for s in tenant.include):
        return False
    return not any(matches(s, detection) for s in tenant.exclude)


def matches(selector: Selector, detection: Detection) -> bool:
    """Tell whether a selector means a detection."""
    if selector.glob is not None:
        return glob_pattern(selector.glob).fullmatch(detection.slug) is not None
    return all(_holds(key, value, detection) for key, value in selector.conditions.items())


def glob_pattern(glob: str) -> re.Pattern[str]:
    """Translate a glob on AREA/SLUG: `*` and `?` stay within a folder, `**` does not."""
    pattern = ""
    position = 0
    while position < len(glob):
        if glob.startswith("**/", position):
            pattern += "(?:.*/)?"
            position += 3
        elif glob.startswith("**", position):
            pattern += ".*"
            position += 2
        else:
            character = glob[position]
            pattern += {"*": "[^/]*", "?": "[^/]"}.get(character, re.escape(character))
            position += 1
    return re.compile(pattern, re.DOTALL)


def _holds(key: str, value: str, detection: Detection) -> bool:
    document = detection.document
    if key == "tag":
        return value in (document.get("tags") or ())
    if key == "id":
        return detection.id.casefold() == value.casefold()
    if key == "kind":
        # Without a kind but with a schedule a detection is Scheduled, and it has loaded.
        return (document.get("kind") or "Scheduled") == value
    return document.get("severity") == value


def _idle_selectors(tenant: Tenant, catalog: tuple[Detection, ...]) -> Iterable[str]:
    for where, selectors in (("include", tenant.include), ("exclude", tenant.exclude)):
        for selector in selectors:
            if any(matches(selector, detection) for detection in catalog):
                continue
            near = (
                get_close_matches(selector.glob, [d.slug for d in catalog], n=1)
                if selector.glob
                else []
            )
            hint = f"; did you mean {near[0]!r}?" if near else ""
            yield f"select.{where}: {selector.written} matches no detection{hint}"


def _idle_parameters(tenant: Tenant, catalog: tuple[Detection, ...]) -> Iterable[str]:
    declared = {
        name for detection in catalog for name in (detection.document.get("parameters") or {})
    }
    for name in tenant.parameters:
        if name not in declared:
            near = get_close_matches(name, sorted(declared), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            yield f"parameters.{name}: no detection has this parameter{hint}"
