"""Checks: one class and one file per check, found by folder, and what turns problems into findings."""
