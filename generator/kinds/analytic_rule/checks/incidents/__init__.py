"""Checks of how alerts become incidents."""
