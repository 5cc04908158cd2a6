"""Checks on detection tests: whether there are any, and whether their files can be used."""
