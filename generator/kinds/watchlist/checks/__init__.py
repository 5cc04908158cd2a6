"""Checks of watchlists."""
