"""Checks of when a rule runs and what raises its alert."""
