"""What can keep artifacts from being written; found by `generator.artifacts`."""
