"""Tables that are there without any connector."""

from __future__ import annotations

HELPER_TABLES = frozenset(
    {
        "Anomalies",
        "BehaviorAnalytics",
        "ConfidentialWatchlist",
        "IdentityInfo",
        "LAQueryLogs",
        "Operation",
        "SecurityIncident",
        "SentinelAudit",
        "SentinelHealth",
        "ThreatIntelIndicators",
        "ThreatIntelObjects",
        "ThreatIntelligenceIndicator",
        "Usage",
        "UserPeerAnalytics",
        "Watchlist",
    }
)
"""Tables that Sentinel fills itself, or that enrich any rule: no connector needs listing."""
