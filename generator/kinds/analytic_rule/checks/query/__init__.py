"""Checks of what Sentinel refuses in the query of a rule, as text."""
