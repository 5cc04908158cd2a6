"""Kinds of content, a room each."""
