"""What a request may be sent to: the alert rules of one workspace, by every reading of its URL.

A nextLink is the service's word, and libraries read one URL in different ways (`https://evil\\@host`
is a host for one of them and a user for another). So nothing with two readings passes: the guard
stands before the login, and once more on the prepared request, last thing before it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from generator.azure.errors import UnintelligibleError, printable
from generator.tenants.tenant import Target

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST = 8_192
"""Characters; our own decision. A skipToken of a list is a few hundred."""

_PLAIN = re.compile(r"[!-\[\]-~]+")
"""Printable ASCII without blank and backslash."""

_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
"""ARM compares paths without case. `casefold` would make letters equal that no service takes for
equal (the Kelvin sign and k)."""

Origin = tuple[str, str, int | None]
"""Scheme, host, port."""


@dataclass(frozen=True, slots=True)
class EndpointGuard:
    """The one origin and the paths that requests may have; below a path everything is allowed."""

    origin: Origin
    paths: tuple[str, ...]

    @classmethod
    def of(cls, target: Target, collections: Iterable[str]) -> Self:
        """Return the guard of collections of a target's workspace, such as its alert rules."""
        paths = (f"{target.workspace_id}/{one}".translate(_LOWER) for one in collections)
        return cls(_origin_by_standard_library(target.cloud.endpoint), tuple(paths))

    def check(self, url: str) -> None:
        """Raise UnintelligibleError when a request to this URL could go anywhere else."""
        if len(url) > _LONGEST or not _PLAIN.fullmatch(url):
            raise UnintelligibleError(
                "the service points to an address that is none (characters that no address has, or "
                f"too long); not followed: {printable(url, 100)}"
            )
        try:
            readings = {_origin_by_standard_library(url), _origin_by_urllib3(url)}
        except (ValueError, LocationParseError):
            readings = set()
        if readings != {self.origin} or "@" in urlsplit(url).netloc:
            raise UnintelligibleError(
                f"the service points to another host ({printable(_after_scheme(url), 100)}); "
                "not followed, nothing was sent there"
            )
        self._check_path(url)

    def _check_path(self, url: str) -> None:
        path = unquote(urlsplit(url).path)
        lowered = path.translate(_LOWER)
        below = any(lowered == one or lowered.startswith(f"{one}/") for one in self.paths)
        # Escapes inside of escapes, and dots, are what the next reader may resolve otherwise.
        odd = "%" in path or "\\" in path or not {".", ".."}.isdisjoint(path.split("/"))
        if not below or odd or "#" in url:
            raise UnintelligibleError(
                "the service points away from what is looked at in the workspace; not followed: "
                f"{printable(path, 200)}"
            )


def _origin_by_standard_library(url: str) -> Origin:
    parts = urlsplit(url)
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    return (parts.scheme, (parts.hostname or "").strip("[]"), port)


def _origin_by_urllib3(url: str) -> Origin:
    parts = parse_url(url)
    scheme = parts.scheme or ""
    return (scheme, (parts.host or "").strip("[]"), parts.port or _DEFAULT_PORTS.get(scheme))


def _after_scheme(url: str) -> str:
    return url.partition("//")[2] or url
