"""Tests of hunting queries."""
