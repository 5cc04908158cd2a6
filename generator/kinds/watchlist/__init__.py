"""Watchlists: tables of rows that queries of a workspace look things up in."""
