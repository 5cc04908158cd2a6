"""Checks of the data connectors that a rule requires."""
