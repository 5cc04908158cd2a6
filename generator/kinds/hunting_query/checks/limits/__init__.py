"""Checks of what a saved search holds."""
