"""Tests of the canonical rule."""
