"""Detection tests: what a rule makes of sample events, computed without a workspace."""
