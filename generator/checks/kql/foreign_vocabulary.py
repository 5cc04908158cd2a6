"""What KQL knows and Azure Monitor does not run, with the page that says so.

Data only. Gathered 2026-11 from Microsoft's documentation: the list of differences between Azure
Monitor's log queries and Azure Data Explorer, and the notes on the pages of single functions and
plugins. Pages of one date contradict those of another (a page without any note is marked as
applying everywhere); left out is what every current page allows, such as `current_database()`, and
what the language service refuses by itself because nothing of the name is declared, such as
`external_table()`.
"""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGE_DIFFERENCES = (
    "https://learn.microsoft.com/azure/azure-monitor/logs/log-query-overview (language differences)"
)
_REFERENCE = "https://learn.microsoft.com/kusto/query"

FUNCTIONS: Mapping[str, str] = {
    "current_cursor": LANGUAGE_DIFFERENCES,
    "current_principal": LANGUAGE_DIFFERENCES,
    "current_principal_details": f"{_REFERENCE}/current-principal-details-function",
    "current_principal_is_member_of": f"{_REFERENCE}/current-principal-is-member-of-function",
    "cursor_after": LANGUAGE_DIFFERENCES,
    "cursor_before_or_at": LANGUAGE_DIFFERENCES,
    "cursor_current": LANGUAGE_DIFFERENCES,
    "extent_id": LANGUAGE_DIFFERENCES,
    "extent_tags": LANGUAGE_DIFFERENCES,
    "extentid": LANGUAGE_DIFFERENCES,
}
"""Built-in functions."""

PLUGINS: Mapping[str, str] = {
    "azure_digital_twins_query_request": f"{_REFERENCE}/azure-digital-twins-query-request-plugin",
    "cosmosdb_sql_request": f"{_REFERENCE}/cosmosdb-plugin",
    "http_request": f"{_REFERENCE}/http-request-plugin",
    "http_request_post": f"{_REFERENCE}/http-request-post-plugin",
    "mysql_request": f"{_REFERENCE}/mysql-request-plugin",
    "postgresql_request": f"{_REFERENCE}/postgresql-request-plugin",
    "python": LANGUAGE_DIFFERENCES,
    "r": f"{_REFERENCE}/r-plugin",
    "sql_request": LANGUAGE_DIFFERENCES,
}
"""What `evaluate` calls, in lower case."""

STATEMENTS: Mapping[str, tuple[str, str]] = {
    "AliasStatement": ("alias database", LANGUAGE_DIFFERENCES),
    "QueryParametersStatement": ("declare query_parameters", LANGUAGE_DIFFERENCES),
}
"""By the kind of the node: how it begins, and the page."""
