"""Analytics rules: the canonical rule, how it comes about, what limits it."""
