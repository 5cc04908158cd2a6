"""Tests of the checks, the engine and the formatters."""
