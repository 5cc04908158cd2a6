"""The content repository's configuration."""
