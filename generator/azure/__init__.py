"""Requests to Azure's management API: who asks, where to, how fast, and what went wrong."""
