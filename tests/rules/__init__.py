"""Tests of the canonical rule and Sentinel's facts."""
