"""Checks of entity mappings."""
