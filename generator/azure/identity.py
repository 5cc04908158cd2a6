"""Who a token says it is for: shown to the person who deploys, and believed by nobody.

The claims are read without checking the signature, which only the service can check. No part of the
token itself may be shown, and nothing may be decided by what is read here.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from generator.azure.errors import printable

_LONGEST_TOKEN = 65_536
_LONGEST_CLAIM = 128
_USER = ("upn", "preferred_username", "unique_name", "email")
_APPLICATION = ("appid", "azp")


def identity_of(token: str) -> str:
    """Return a few words about whose token it is; never the token or a part of it."""
    claims = _claims(token)
    application = _first(claims, _APPLICATION)
    user = None if claims.get("idtyp") == "app" else _first(claims, _USER)
    if user is not None:
        return f"user {user}"
    if application is not None:
        name = _first(claims, ("app_displayname",))
        return f"application {application}" + (f" ({name})" if name else "")
    holder = _first(claims, ("oid", "sub"))
    return f"object {holder}" if holder else "an identity that its token does not name"


def _claims(token: str) -> dict[str, Any]:
    parts = token.split(".") if len(token) <= _LONGEST_TOKEN else []
    if len(parts) != 3:
        return {}
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _first(claims: dict[str, Any], names: tuple[str, ...]) -> str | None:
    for name in names:
        value = claims.get(name)
        if isinstance(value, str) and value.strip():
            return printable(value.strip(), _LONGEST_CLAIM)
    return None
