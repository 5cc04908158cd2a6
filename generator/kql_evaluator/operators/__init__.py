"""Tabular operators: one module per family, each with the handlers of its node kinds."""
