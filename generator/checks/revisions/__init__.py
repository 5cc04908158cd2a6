"""Checks against an earlier revision of the content; found by `generator.checks.history`."""
