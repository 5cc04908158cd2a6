"""Problems that loading finds: files, YAML, the schema, ids, and what is set right on the way."""
