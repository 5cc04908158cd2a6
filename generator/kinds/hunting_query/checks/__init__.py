"""Checks of hunting queries."""
