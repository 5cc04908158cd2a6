"""What can be wrong with a waiver; found by `generator.checks.waiving`."""
