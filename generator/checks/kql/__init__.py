"""Checks of what the KQL language service says about a detection's query."""
