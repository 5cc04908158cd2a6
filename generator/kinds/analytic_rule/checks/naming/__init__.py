"""Checks of a rule's name and description."""
