"""What a tenant's workspace should hold, and which rules in it are ours to touch.

Made from a compiled catalog, by nothing but the content: the same content has the same hash on
every machine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from generator.catalog.detection import Catalog, Detection
from generator.kinds.analytic_rule.body import request_body
from generator.kinds.analytic_rule.model import AnalyticRule, RuleKind


@dataclass(frozen=True, slots=True)
class DesiredRule:
    """A rule as the content wants it. `body` is `{"kind", "properties"}`."""

    id: str
    detection: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TenantContent:
    """A tenant's share of the catalog.

    `desired` are the rules that it gets, by detection. `owned` names what we own by lower-case id:
    every detection of the catalog and every retired one. `retired` are those of the latter.
    `limits` are numbers of enabled rules in a workspace, by kind.
    """

    desired: tuple[DesiredRule, ...]
    owned: Mapping[str, str]
    retired: frozenset[str]
    limits: Mapping[str, int]

    @property
    def hash(self) -> str:
        """A hash of everything that a plan is made from, but for the workspace."""
        text = json.dumps(
            {
                "desired": [[rule.id, rule.detection, rule.body] for rule in self.desired],
                "owned": sorted(self.owned.items()),
                "retired": sorted(self.retired),
                "limits": sorted(self.limits.items()),
            },
            ensure_ascii=True,
            sort_keys=True,
            separators=(",", ":"),
        )
        return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def content_of(catalog: Catalog, rules: Iterable[tuple[Detection, AnalyticRule]]) -> TenantContent:
    """Return the content of a tenant that gets these rules."""
    desired = (
        DesiredRule(rule.id, detection.slug, request_body(rule)) for detection, rule in rules
    )
    retired = {
        entry.id.casefold(): entry.path.removeprefix("detections/").removesuffix(".yaml")
        for entry in catalog.retired
    }
    # A detection that came back after it was retired is a detection again.
    current = {detection.id.casefold(): detection.slug for detection in catalog.detections}
    return TenantContent(
        tuple(sorted(desired, key=lambda rule: rule.detection)),
        retired | current,
        frozenset(retired) - frozenset(current),
        {
            RuleKind.SCHEDULED.value: catalog.configuration.scheduled_limit,
            RuleKind.NRT.value: catalog.configuration.nrt_limit,
        },
    )
