"""Checks of tactics and techniques."""
