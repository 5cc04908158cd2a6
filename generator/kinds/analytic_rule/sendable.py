"""Whether a rule's body from a file can be one that the service holds, before any of it is sent.

Judged is what the API declares: the kind, what has to be there, the type of each known member and
the texts that are one of a few. Members that the detection format does not know are the service's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from generator.kinds.analytic_rule.model import RuleKind
from generator.kinds.analytic_rule.shape import SHAPE

_OF_EVERY_RULE = (
    "displayName",
    "enabled",
    "severity",
    "query",
    "suppressionDuration",
    "suppressionEnabled",
)
_SCHEDULE = ("queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold")
_REQUIRED = {
    RuleKind.SCHEDULED.value: (*_OF_EVERY_RULE, *_SCHEDULE),
    RuleKind.NRT.value: _OF_EVERY_RULE,
}
"""What the service refuses a rule without; null counts as absent."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def unsendable_members(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with `{kind, properties}`, each as a member and what it should be."""
    kind, properties = body.get("kind"), body.get("properties")
    if not isinstance(kind, str) or kind not in _REQUIRED:
        yield f"kind is none of {', '.join(_REQUIRED)}"
    elif not isinstance(properties, Mapping):
        yield "properties is no object"
    else:
        for name in _REQUIRED[kind]:
            if properties.get(name) is None:
                yield f"properties.{name} is missing"
        if kind == RuleKind.NRT.value:
            for name in _SCHEDULE:
                if properties.get(name) is not None:
                    yield f"properties.{name} is not of an NRT rule"
        yield from SHAPE.misfits(properties)
        shown = properties.get("displayName")
        if isinstance(shown, str) and (not shown.strip() or _CONTROL.search(shown)):
            yield "properties.displayName is empty or holds control characters"
