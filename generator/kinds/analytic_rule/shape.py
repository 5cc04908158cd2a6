"""The members of a rule's body that the detection format knows."""

from __future__ import annotations

from generator.kinds.analytic_rule.model import TriggerOperator
from generator.kinds.shape import (
    DURATION,
    FLAG,
    NUMBER,
    QUERY,
    TEXT,
    TEXTS,
    Members,
    Names,
    Shape,
    Unordered,
    one_of,
)

SHAPE = Shape(
    Members(
        {
            # First, so that a rule which was switched on or off leads every list of changes.
            "enabled": FLAG,
            "displayName": TEXT,
            "description": TEXT,
            "severity": one_of("High", "Medium", "Low", "Informational"),
            "query": QUERY,
            "queryFrequency": DURATION,
            "queryPeriod": DURATION,
            "triggerOperator": one_of(*TriggerOperator),
            "triggerThreshold": NUMBER,
            "suppressionDuration": DURATION,
            "suppressionEnabled": FLAG,
            "tactics": TEXTS,
            "techniques": TEXTS,
            "subTechniques": TEXTS,
            "entityMappings": Unordered(
                Members(
                    {
                        "entityType": TEXT,
                        "fieldMappings": Unordered(
                            Members({"identifier": TEXT, "columnName": TEXT})
                        ),
                    }
                )
            ),
            "customDetails": Names(),
            "alertDetailsOverride": Members(
                {
                    "alertDisplayNameFormat": TEXT,
                    "alertDescriptionFormat": TEXT,
                    "alertTacticsColumnName": TEXT,
                    "alertSeverityColumnName": TEXT,
                    "alertDynamicProperties": Unordered(
                        Members({"alertProperty": TEXT, "value": TEXT})
                    ),
                }
            ),
            "eventGroupingSettings": Members({"aggregationKind": TEXT}),
            "incidentConfiguration": Members(
                {
                    "createIncident": FLAG,
                    "groupingConfiguration": Members(
                        {
                            "enabled": FLAG,
                            "reopenClosedIncident": FLAG,
                            "lookbackDuration": DURATION,
                            "matchingMethod": TEXT,
                            "groupByEntities": TEXTS,
                            "groupByAlertDetails": TEXTS,
                            "groupByCustomDetails": TEXTS,
                        }
                    ),
                }
            ),
            "sentinelEntitiesMappings": Unordered(Members({"columnName": TEXT})),
        }
    ),
    read_only=frozenset({"lastModifiedUtc"}),
    says_kind=True,
)
