"""Checks of the query's text: what Sentinel refuses before any binding."""
