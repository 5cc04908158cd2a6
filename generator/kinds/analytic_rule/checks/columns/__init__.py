"""Checks of the columns that a rule names, against what its query returns."""
