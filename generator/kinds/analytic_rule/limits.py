"""Sentinel's limits on an analytics rule, as numbers; the checks say what breaks each of them.

Sources: Microsoft's pages "Microsoft Sentinel service limits" and "Scheduled analytics rules"
([doc]), the template tests of the Azure-Sentinel repository ([repo], folder
.script/tests/detectionTemplateSchemaValidation), the validators of HashiCorp's azurerm provider
([azurerm], which repeat what the service refuses).
"""

from __future__ import annotations

from datetime import timedelta

from generator.kinds.analytic_rule.model import Schedule

QUERY_CHARACTERS = 10_000
"""Longest query, in characters [doc]."""

SHORTEST_SCHEDULE = timedelta(minutes=5)
"""Shortest queryFrequency and queryPeriod [doc]."""

LONGEST_SCHEDULE = timedelta(days=14)
"""Longest queryFrequency and queryPeriod [doc]."""

LONG_PERIOD = timedelta(days=2)
"""From this queryPeriod on, queryFrequency must be at least LONG_PERIOD_FREQUENCY [repo]."""

LONG_PERIOD_FREQUENCY = timedelta(hours=1)

HIGHEST_THRESHOLD = 10_000
"""Highest triggerThreshold; the lowest is 0 [repo]."""

NAME_CHARACTERS = 256
"""Longest rule name, in characters [repo]; an alert's name holds 256 bytes [doc]."""

DESCRIPTION_CHARACTERS = 5_000
"""Longest rule description, in characters [repo]; an alert's description holds 5 KB [doc]."""

ENTITY_MAPPINGS = 10
"""Most entity mappings of one rule [doc]."""

FIELD_MAPPINGS = 3
"""Most identifiers of one entity mapping; the least is one [repo, azurerm]."""

COLUMN_NAME_CHARACTERS = 500
"""Longest column name in a mapping, in characters [repo]."""

CUSTOM_DETAILS = 20
"""Most custom details of one rule [doc]."""

CUSTOM_DETAIL_KEY_CHARACTERS = 20
"""Longest key of a custom detail, in characters [repo]."""

DISPLAY_NAME_FORMAT_CHARACTERS = 256
"""Longest alertDisplayNameFormat, in characters [repo]."""

DESCRIPTION_FORMAT_CHARACTERS = 5_000
"""Longest alertDescriptionFormat, in characters [repo]."""

FORMAT_PLACEHOLDERS = 3
"""Most `{{Column}}` placeholders in one format [repo]."""

SHORTEST_SUPPRESSION = timedelta(minutes=5)
"""Shortest suppressionDuration [azurerm]."""

LONGEST_SUPPRESSION = timedelta(hours=24)
"""Longest suppressionDuration [doc]."""

SHORTEST_LOOKBACK = timedelta(minutes=5)
"""Shortest lookbackDuration of a grouping [doc]."""

LONGEST_LOOKBACK = timedelta(days=7)
"""Longest lookbackDuration of a grouping [doc]."""

WORKSPACES_IN_QUERY = 20
"""Most Sentinel workspaces that one rule's query may read [doc]."""


def within_schedule_range(schedule: Schedule) -> bool:
    """Tell whether frequency and period are each what Sentinel takes, apart from the other."""
    return (
        SHORTEST_SCHEDULE <= schedule.frequency <= LONGEST_SCHEDULE
        and SHORTEST_SCHEDULE <= schedule.period <= LONGEST_SCHEDULE
    )
