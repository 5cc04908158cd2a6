"""Scalar expressions: one module per family of syntax, each with the handlers of its node kinds."""
