"""Checks of a watchlist's columns and rows."""
