"""KQL on small row sets: the official syntax tree compiled to Python closures.

Names, types and result columns are the language service's; this package only computes. It reads no
file, no clock and no network: tables, watchlists, external data and `now` are handed in.
"""
