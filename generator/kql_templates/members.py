"""What of a value a template may use, and what a value is called when it may not."""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from jinja2.runtime import BlockReference, LoopContext, Macro

from generator.kql_templates.kql_text import KqlText

MEMBERS: Mapping[type, frozenset[str]] = types.MappingProxyType(
    {
        str: frozenset(
            ["lower", "upper", "strip", "lstrip", "rstrip", "split", "startswith", "endswith"]
        ),
        list: frozenset(["index", "count"]),
        dict: frozenset(["items", "keys", "values", "get"]),
        LoopContext: frozenset(
            [
                "index",
                "index0",
                "revindex",
                "revindex0",
                "first",
                "last",
                "length",
                "depth",
                "depth0",
                "previtem",
                "nextitem",
                "cycle",
                "changed",
            ]
        ),
        BlockReference: frozenset(["super"]),
    }
)
"""The attributes and methods of each type."""


def kind_of(obj: Any) -> str:
    """Return what to call a value's type in a message."""
    names = {
        KqlText: "KQL text",
        str: "text",
        bool: "true or false",
        int: "a number",
        float: "a number",
        list: "a list",
        tuple: "a list",
        dict: "a mapping",
        timedelta: "a timespan",
        datetime: "a datetime",
        Macro: "a macro",
        LoopContext: "loop",
        type(None): "none",
    }
    return names.get(type(obj), "this")
