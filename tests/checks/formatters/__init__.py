"""Tests of the writings of findings."""
