"""Tests of the checks of the query's text."""
