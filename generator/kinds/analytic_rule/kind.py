"""Analytics rules as a kind of content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from generator.catalog.beside import Beside
from generator.catalog.configuration import Configuration
from generator.catalog.detection import Detection
from generator.catalog.partial import PartialDocument
from generator.catalog.salvage import Hole
from generator.kinds.analytic_rule.api_versions import (
    ONLY_IN_PREVIEW,
    api_version_of,
    needs_preview,
)
from generator.kinds.analytic_rule.assemble import assemble
from generator.kinds.analytic_rule.body import request_body
from generator.kinds.analytic_rule.model import AnalyticRule, RuleKind
from generator.kinds.analytic_rule.query import PARTIAL_RULES, query_of
from generator.kinds.analytic_rule.seat import SEAT
from generator.kinds.analytic_rule.sendable import unsendable_members
from generator.kinds.analytic_rule.shape import SHAPE
from generator.kinds.kind import Meaning, Resource
from generator.kinds.shape import Change
from generator.kql.environment import Symbol

if TYPE_CHECKING:  # the SDK and the evaluator take long to load, and most commands use neither
    from generator.azure.client import ArmClient
    from generator.kinds.alerts import Alerts
    from generator.kinds.analytic_rule.live import LiveRules
    from generator.kql_evaluator.table import Table

TYPE = "Microsoft.SecurityInsights/alertRules"

AUTO_DISABLED = "AUTO DISABLED"
"""What Sentinel puts before the name of a rule that it has switched off itself
(Microsoft Learn: Troubleshoot analytics rules in Microsoft Sentinel)."""

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


class AnalyticRules:
    """Rules that run a query on a schedule or nearly in real time and raise alerts."""

    name = SEAT.kind
    type = TYPE
    answered_type = TYPE
    collection = f"providers/{TYPE}"
    catalog = "all"
    seat = SEAT
    checks = "generator.kinds.analytic_rule.checks"
    raisers = ("generator.kinds.analytic_rule.remarks",)
    shape = SHAPE
    unique_names = True
    has_query = True
    raises_alerts = True

    def declares(self, detection: Detection) -> Iterator[Symbol]:  # noqa: ARG002
        """Yield nothing: no query refers to it."""
        return iter(())

    def assemble(self, detection: Detection, query: str, beside: Beside) -> Meaning:  # noqa: ARG002
        """Return the rule of a document and its rendered query."""
        rule = assemble(detection, query)
        return Meaning(rule, query_of(rule, detection.document))

    def assemble_partly(
        self,
        query: str | None,
        no_query: Hole | None,
        beside: Beside,  # noqa: ARG002
    ) -> Callable[[PartialDocument], Meaning]:
        """Return what gives checks the usable part of a document's rule."""
        return PARTIAL_RULES.of(query, no_query)

    def resource(self, model: AnalyticRule, label: str) -> Resource:
        """Return the resource that a rule is."""
        return self.resource_of(model.id, label, request_body(model))

    def behaviour(self, model: AnalyticRule) -> Mapping[str, Any]:
        """Return what a rule does, by what people call it."""
        return {"query": model.query, "schedule or threshold": (model.kind, model.schedule)}

    def named_columns(self, model: AnalyticRule) -> frozenset[str]:
        """Return the columns that the alerts of a rule are made of."""
        from generator.kinds.analytic_rule.checks.columns.named_columns import (  # noqa: PLC0415
            named_columns,
        )

        return frozenset(named.column for named in named_columns(model))

    def alerts(self, model: AnalyticRule, result: Table) -> Alerts:
        """Return the alerts that a rule raises for the result of its query."""
        from generator.kinds.analytic_rule.alerts.alert import (  # noqa: PLC0415 - start-up time
            raise_alerts,
        )

        return raise_alerts(model, result)

    def is_id(self, text: str) -> bool:
        """Tell whether a text is a GUID, as the id of every detection."""
        return _GUID.fullmatch(text) is not None

    def resource_of(self, name: str, label: str, body: Mapping[str, Any]) -> Resource:
        """Return the resource of a rule with this body."""
        return Resource(self.name, name, label, SEAT.file(label), TYPE, api_version_of(body), body)

    def only_in_preview(self, body: Mapping[str, Any]) -> str | None:
        """Return why only a preview version of the API shows and holds a rule, or None."""
        return ONLY_IN_PREVIEW if needs_preview(body) else None

    def is_auto_disabled(self, body: Mapping[str, Any]) -> bool:
        """Tell whether Sentinel has switched a rule off itself."""
        properties = body.get("properties")
        name = properties.get("displayName") if isinstance(properties, Mapping) else None
        return isinstance(name, str) and name.lstrip().upper().startswith(AUTO_DISABLED)

    def named_in(self, query: str) -> frozenset[str]:  # noqa: ARG002
        """Return no name: no query refers to it."""
        return frozenset()

    def is_made_here(self, body: Mapping[str, Any]) -> bool:  # noqa: ARG002
        """Return True: nobody else makes a resource of our GUID."""
        return True

    def obstacle(self, changes: Sequence[Change]) -> None:  # noqa: ARG002
        """Return None: one write makes any number of changes."""
        return

    def unsendable(self, body: Mapping[str, Any]) -> Iterator[str]:
        """Yield why a body from a file cannot be a rule that the service holds."""
        return unsendable_members(body)

    def live(self, arm: ArmClient) -> LiveRules:
        """Return the rules of a workspace."""
        from generator.kinds.analytic_rule.live import LiveRules  # noqa: PLC0415 - start-up time

        return LiveRules(arm)

    def limits(self, configuration: Configuration) -> Mapping[str, int]:
        """Return how many enabled rules of each kind a workspace may have."""
        return {
            RuleKind.SCHEDULED.value: configuration.scheduled_limit,
            RuleKind.NRT.value: configuration.nrt_limit,
        }


ANALYTIC_RULES = AnalyticRules()
