"""Everything about KQL: literals and templates, the language service, table schemas, evaluator."""
