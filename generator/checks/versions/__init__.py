"""Checks of a detection's version and of members that belong to the past."""
