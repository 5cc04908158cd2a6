"""Checks, one class and one file each, and what turns problems into findings."""
