"""Tenants: the workspaces that content is deployed to, and what of the catalog goes there."""
