"""Tests of Sentinel's facts."""
