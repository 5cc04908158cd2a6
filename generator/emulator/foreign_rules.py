"""The rules that a fresh workspace holds before anybody deploys: none of them is ours.

Every recorded workspace has `BuiltInFusion`, and kinds that no query drives. Scheduled rules among
the further ones are disabled, so that they leave the limit on enabled rules to those under test.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_NAMESPACE = uuid.UUID("9d8f0c62-4a5e-4c3b-8f6f-2f1d7c0b8e55")
_PRODUCTS = (
    "Microsoft Cloud App Security",
    "Azure Security Center",
    "Azure Advanced Threat Protection",
    "Azure Active Directory Identity Protection",
    "Azure Security Center for IoT",
)


@dataclass(frozen=True, slots=True)
class ForeignRule:
    """A rule that somebody else made."""

    name: str
    kind: str
    properties: dict[str, Any]


def foreign_rules(workspace_key: str, further: int) -> Iterator[ForeignRule]:
    """Yield the rules of a fresh workspace, then `further` more; the same ones every time."""
    yield ForeignRule(
        "BuiltInFusion",
        "Fusion",
        {
            "displayName": "Advanced Multistage Attack Detection",
            "description": "Correlates low fidelity signals of several products into incidents.",
            "alertRuleTemplateName": "f71aba3d-28fb-450b-b192-4e76a83015c8",
            "tactics": ["Collection", "CommandAndControl", "CredentialAccess", "Exfiltration"],
            "severity": "High",
            "enabled": True,
        },
    )
    yield ForeignRule(
        "BuiltInThreatIntelligence",
        "ThreatIntelligence",
        {
            "displayName": "Microsoft Threat Intelligence Analytics",
            "description": "Matches logs against Microsoft's own threat intelligence.",
            "alertRuleTemplateName": "0dd422ee-e6af-4204-b219-f59ac172e4c6",
            "tactics": ["CommandAndControl", "Exfiltration", "Impact"],
            "severity": "Medium",
            "enabled": True,
        },
    )
    yield ForeignRule(
        _name(workspace_key, "ml"),
        "MLBehaviorAnalytics",
        {
            "displayName": "Anomalous SSH Login Detection",
            "description": "Learns which SSH logins are usual and reports the others.",
            "alertRuleTemplateName": "fa118b98-de46-4e94-87f9-8e6d5060b60b",
            "tactics": ["InitialAccess"],
            "severity": "Medium",
            "enabled": False,
        },
    )
    yield _incident_creation(workspace_key, "incident creation", 0)
    for index in range(further):
        label = f"further {index}"
        if index % 4 == 3:
            yield _incident_creation(workspace_key, label, index)
        else:
            yield _scheduled(workspace_key, label, index)


def _incident_creation(workspace_key: str, label: str, index: int) -> ForeignRule:
    product = _PRODUCTS[index % len(_PRODUCTS)]
    return ForeignRule(
        _name(workspace_key, label),
        "MicrosoftSecurityIncidentCreation",
        {
            "productFilter": product,
            "severitiesFilter": None,
            "displayNamesFilter": None,
            "displayNamesExcludeFilter": None,
            "displayName": f"Create incidents from {product} alerts ({label})",
            "enabled": True,
            "description": None,
            "alertRuleTemplateName": None,
        },
    )


def _scheduled(workspace_key: str, label: str, index: int) -> ForeignRule:
    return ForeignRule(
        _name(workspace_key, label),
        "Scheduled",
        {
            "severity": ("High", "Medium", "Low", "Informational")[index % 4],
            "query": f"SigninLogs\r\n| where ResultType == '{50000 + index}'\r\n",
            "queryFrequency": "PT5H",
            "queryPeriod": "PT5H",
            "triggerOperator": "GreaterThan",
            "triggerThreshold": 0,
            "suppressionDuration": "PT5H",
            "suppressionEnabled": False,
            "incidentConfiguration": {
                "createIncident": True,
                "groupingConfiguration": {
                    "enabled": False,
                    "reopenClosedIncident": False,
                    "lookbackDuration": "PT5H",
                    "matchingMethod": "AllEntities",
                    "groupByEntities": [],
                    "groupByAlertDetails": [],
                    "groupByCustomDetails": [],
                },
            },
            "eventGroupingSettings": {"aggregationKind": "SingleAlert"},
            "displayName": f"Rule of another team ({label})",
            "enabled": False,
            "description": "",
            "tactics": [],
            "alertRuleTemplateName": None,
        },
    )


def _name(workspace_key: str, label: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{workspace_key}\n{label}"))
