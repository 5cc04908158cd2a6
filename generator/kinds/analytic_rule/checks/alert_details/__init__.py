"""Checks of custom details and of what the rows say about their alert."""
