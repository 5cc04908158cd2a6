"""sentinelgen: a catalog of detections in YAML becomes Microsoft Sentinel analytics rules."""

__version__ = "0.1.0"

WITHOUT_KQL = "+nokql"
"""The local part of the version where the KQL language service is not there; as in hatch_build."""
