"""Keeping secrets out of everything that people read: messages, reports, logs.

A service may repeat in an error what it was sent. What we know to be secret is replaced wherever
it stands, and so is everything that has the shape of a token.
"""

from __future__ import annotations

import os
import re
import threading

SECRET_VARIABLES = (
    "AZURE_CLIENT_SECRET",
    "AZURE_PASSWORD",
    "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "IDENTITY_HEADER",
    "MSI_SECRET",
)
"""Environment variables that azure-identity and the Actions runner keep secrets in."""

REDACTED = "[redacted]"

_SHAPES = re.compile(
    r"eyJ[\w-]{8,}(?:\.[\w-]*){1,4}"  # JSON web tokens
    r"|(?<=Bearer )[^\s\"',;]+"
    r"|(?<=[?&]sig=)[^\s&\"']+"  # callback URLs of logic apps
    r"|(?<=client_secret=)[^\s&\"']+"
    r"|(?<=client_assertion=)[^\s&\"']+",
    re.IGNORECASE,
)


class KnownSecrets:
    """The access tokens that this process was given, so that they can be recognised."""

    def __init__(self) -> None:
        self._tokens: set[str] = set()
        self._lock = threading.Lock()

    def remember(self, token: str) -> None:
        """Add a token. Only as long as the process lives, and nowhere else."""
        with self._lock:
            self._tokens.add(token)

    def redact(self, text: str) -> str:
        """Return the text without any secret that is known or has a known shape."""
        with self._lock:
            known = {token for token in self._tokens if token}
        known |= {value for name in SECRET_VARIABLES if len(value := os.environ.get(name, "")) > 3}
        for secret in sorted(known, key=len, reverse=True):
            text = text.replace(secret, REDACTED)
        return _SHAPES.sub(REDACTED, text)


SECRETS = KnownSecrets()
"""One for the process: a secret is one wherever it turns up."""
