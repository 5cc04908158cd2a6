"""sentinelgen: a catalog of detections in YAML becomes Microsoft Sentinel analytics rules."""

__version__ = "0.1.0"
