"""Which rules go into which template of the whole catalog.

ARM refuses a template of more than 4 MB or 800 resources (Azure Resource Manager documentation,
template limits). Only sizes and counts decide, so the same catalog always splits in the same way,
and the ARM and the Bicep file of one number hold the same rules.
"""

from __future__ import annotations

from collections.abc import Iterable

TEMPLATE_BYTES = 4_000_000
"""Largest size of a template; 4 MB less what the envelope and the expanded names may take."""

TEMPLATE_RESOURCES = 799
"""Largest number of rules in a template: the workspace that Bicep refers to is a resource too."""


def request_size(resource: str) -> int:
    """Return the size of a resource in bytes, as the largest that a client may send.

    Clients that spell everything beyond ASCII as `\\uXXXX` (the Azure CLI does) send six bytes for
    each UTF-16 code unit.
    """
    if resource.isascii():
        return len(resource)
    units = len(resource.encode("utf-16-le", errors="surrogatepass")) // 2
    ascii_units = len(resource.encode("ascii", errors="ignore"))
    return ascii_units + 6 * (units - ascii_units)


def split_templates(sizes: Iterable[int]) -> list[slice]:
    """Return the rules of each template as slices of the catalog's order; never an empty slice.

    Raises ValueError with the index of a rule that alone is more than a template may hold.
    """
    slices: list[slice] = []
    start = 0
    total = 0
    count = 0
    for index, size in enumerate(sizes):
        if size > TEMPLATE_BYTES:
            raise ValueError(index)
        count = index + 1
        if index > start and (total + size > TEMPLATE_BYTES or index - start == TEMPLATE_RESOURCES):
            slices.append(slice(start, index))
            start, total = index, 0
        total += size
    if count > start:
        slices.append(slice(start, count))
    return slices
