"""Sentinel's own words: tactics, techniques, entities and connectors, from data with sources."""
