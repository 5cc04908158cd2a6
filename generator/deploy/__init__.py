"""Deployment: what a workspace holds, what it should hold, and the careful way between the two."""
