"""Tests of the kinds of content."""
