"""Clouds: which management endpoint a target talks to and what a login there needs.

The one place that decides whether an address is this machine itself. A loopback target is reached
without any credential, so a mistake here would be the difference between a rehearsal and a leak.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Cloud:
    """A management endpoint. `scope` and `authority` are None exactly for a loopback target."""

    name: str
    endpoint: str
    scope: str | None
    authority: str | None

    @property
    def is_loopback(self) -> bool:
        """Whether the target is this machine: no login is needed and no credential is sent."""
        return self.scope is None

    @property
    def identity(self) -> str:
        """The endpoint, however it is written: this machine has many names, and ports a default.

        Two emulators could listen at one port of two loopback addresses. That they are one is
        assumed all the same: one that listens everywhere answers at every address, and whoever has
        two can give one another port.
        """
        url = urlsplit(self.endpoint)
        port = url.port or {"https": 443, "http": 80}[url.scheme]
        return f"{'loopback' if self.is_loopback else url.hostname}:{port}"


CLOUDS = {
    cloud.name: cloud
    for cloud in (
        Cloud(
            "public",
            "https://management.azure.com",
            "https://management.azure.com/.default",
            "login.microsoftonline.com",
        ),
        Cloud(
            "usgov",
            "https://management.usgovcloudapi.net",
            "https://management.core.usgovcloudapi.net/.default",
            "login.microsoftonline.us",
        ),
        Cloud(
            "china",
            "https://management.chinacloudapi.cn",
            "https://management.chinacloudapi.cn/.default",
            "login.chinacloudapi.cn",
        ),
    )
}
"""By the name in a tenant file (endpoints: azure.mgmt.core.tools.get_arm_endpoints)."""

# The whole text has to fit: user information, paths, queries, blanks and backslashes cannot.
_URL = re.compile(
    r"(?P<scheme>https?)://(?:\[(?P<v6>[0-9A-Fa-f:]+)\]|(?P<host>[A-Za-z0-9.]+))(?::(?P<port>\d{1,5}))?",
    re.ASCII | re.IGNORECASE,
)


def parse_cloud(text: str) -> Cloud:
    """Read the `cloud` of a target: public, usgov, china or a loopback URL.

    Raises ValueError when it is none of them.
    """
    if text in CLOUDS:
        return CLOUDS[text]
    expected = "public, usgov, china or a loopback URL such as http://127.0.0.1:8443"
    if "://" not in text:
        raise ValueError(f"{text!r} is not a cloud: write {expected}")
    match = _URL.fullmatch(text)
    if match is None:
        raise ValueError(
            f"{text!r} is not a plain URL of scheme, host and port (without user, path or query): "
            f"write {expected}"
        )
    host = match["v6"] or match["host"]
    if not _is_loopback(host):
        raise ValueError(
            f"{host!r} is not this machine: a URL is for loopback only, otherwise write {expected}"
        )
    if match["port"] is not None and not 0 < int(match["port"]) < 65536:
        raise ValueError(f"{match['port']} is not a port")
    return Cloud("loopback", text.lower(), None, None)


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if address.version == 6:
        return address == ipaddress.IPv6Address("::1")
    return address in ipaddress.IPv4Network("127.0.0.0/8")
