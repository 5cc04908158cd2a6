"""Keeping secrets out of everything that people read: messages, reports, logs.

A service may repeat in an error what it was sent. What we know to be secret is replaced wherever
it stands, and so is everything that has the shape of a token.
"""

from __future__ import annotations

import os
import threading
from typing import Any

import re2

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

LONGEST_TEXT = 16_384
"""Characters. What is shown of an error is far shorter; a service's message may have megabytes."""

# RE2 reads a text once, whatever is in it; a backtracking matcher needs 13 s for 48 KB of `eyJ`.
_SHAPES = re2.compile(
    r"(?i)eyJ[\w-]{8,}(?:\.[\w-]*){1,4}"  # JSON web tokens
    r"|(Bearer )[^\s\"',;]+"
    r"|([?&]sig=)[^\s&\"']+"  # callback URLs of logic apps
    r"|(client_secret=)[^\s&\"']+"
    r"|(client_assertion=)[^\s&\"']+"
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

    def stand_in(self, text: str) -> bool:
        """Tell whether a text of any length holds a token that this process was given."""
        with self._lock:
            return any(token in text for token in self._tokens if token)

    def redact(self, text: str) -> str:
        """Return the text without any secret that is known or has a known shape.

        What is beyond LONGEST_TEXT is left out before anything is looked for, together with the
        secret that the cut goes through.
        """
        with self._lock:
            known = {token for token in self._tokens if token}
        known |= {value for name in SECRET_VARIABLES if len(value := os.environ.get(name, "")) > 3}
        if len(text) > LONGEST_TEXT:
            text = _cut(text, known)
        for secret in sorted(known, key=len, reverse=True):
            text = text.replace(secret, REDACTED)
        return str(_SHAPES.sub(_without_secret, text))


def _cut(text: str, known: set[str]) -> str:
    cut = text[:LONGEST_TEXT].rstrip()
    for secret in known:
        overlap = next((n for n in range(len(secret), 0, -1) if cut.endswith(secret[:n])), 0)
        cut = cut[: len(cut) - overlap]
    # Secrets of a known shape hold no blanks: the last word may be the beginning of one.
    return cut[: cut.rfind(" ") + 1]


def _without_secret(match: Any) -> str:
    kept = next((group for group in match.groups() if group is not None), "")
    return f"{kept}{REDACTED}"


SECRETS = KnownSecrets()
"""One for the process: a secret is one wherever it turns up."""
