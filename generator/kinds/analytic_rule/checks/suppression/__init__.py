"""Checks of how long a rule is quiet after an alert."""
