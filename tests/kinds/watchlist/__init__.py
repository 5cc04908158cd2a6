"""Tests of watchlists."""
