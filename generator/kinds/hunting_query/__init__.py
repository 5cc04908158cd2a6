"""Hunting queries: what an analyst runs by hand, kept as saved searches of a workspace."""
