"""Which management SDK a request goes through: that of the provider whose resource it is about."""

from __future__ import annotations

from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.loganalytics import LogAnalyticsManagementClient
from azure.mgmt.securityinsight import SecurityInsightsMgmtClient

from generator.tenants.tenant import Target


class ManagementSdk(Protocol):
    """What all management SDKs have in common and is used of them here."""

    def send_request(self, request: HttpRequest, /) -> HttpResponse:
        """Send a request through the pipeline that the client was made with."""

    def close(self) -> None:
        """Close all connections."""


def is_sentinel(target: Target, url: str) -> bool:
    """Tell whether a URL is about what Sentinel extends a workspace with, and not a part of it."""
    path = unquote(urlsplit(url).path).casefold()
    return path.startswith(f"{target.workspace_id}/providers/".casefold())


def sdk_of(target: Target, url: str) -> type[Any]:
    """Return the class of the client for a URL: parts of a workspace are Log Analytics'."""
    if is_sentinel(target, url):
        return SecurityInsightsMgmtClient
    return LogAnalyticsManagementClient
