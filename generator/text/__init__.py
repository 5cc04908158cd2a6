"""Text of any file: what it is, where its parts stand, strict YAML, near names, safe showing."""
