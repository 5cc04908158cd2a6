"""Microsoft's own KQL parser and binder in process: diagnostics, result columns, bound tree."""
