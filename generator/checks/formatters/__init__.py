"""Findings as text, JSON, GitHub annotations and SARIF; no formatter knows a single check."""
