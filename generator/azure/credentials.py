"""Logins: azure-identity's own chain, asked once for the target's tenant and cloud.

No credential is read from a file of ours or written anywhere. A loopback target gets an object that
refuses to be asked, so that a mistake elsewhere fails instead of leaking a token.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from azure.core.credentials import AccessToken, TokenCredential

from generator.azure.errors import LoginSettingsError, printable
from generator.azure.redaction import SECRETS
from generator.tenants.tenant import Target

REFRESH_BEFORE = 300.0
"""Seconds before its end at which a token is replaced, as azure-core's own policy has it."""
ASKS_AGAIN_AFTER = 30.0
"""Seconds between two starts of a login that gives nothing but tokens which end soon."""

_CI_VARIABLES = ("CI", "GITHUB_ACTIONS", "TF_BUILD")


class NoCredential:
    """Stands where the SDK wants a credential and none may be sent."""

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        """Refuse: raises PermissionError always."""
        raise PermissionError("a loopback target is never sent a credential")


@dataclass(frozen=True, slots=True)
class _Kept:
    token: AccessToken
    asked_at: float

    def serves(self, now: float) -> bool:
        # A token that ends soon, or by this machine's clock has ended, is all that the login has.
        left = self.token.expires_on - now
        return left > REFRESH_BEFORE or 0 <= now - self.asked_at < ASKS_AGAIN_AFTER


class TenantCredential:
    """A credential that asks for tokens of one tenant and remembers them as secrets.

    Threads share it: one of them asks, the others wait and get the same token, because each start
    of a login may be a process of its own. A claims challenge is always answered with a new one.
    """

    def __init__(self, credential: TokenCredential, tenant_id: str) -> None:
        self._credential = credential
        self._tenant_id = tenant_id
        self._kept: dict[tuple[Any, ...], _Kept] = {}
        self._lock = threading.Lock()

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """Return a token of the tenant. Raises what azure-identity raises."""
        options["tenant_id"] = options.get("tenant_id") or self._tenant_id
        claims = options.pop("claims", None)
        key = (scopes, options["tenant_id"], bool(options.get("enable_cae")))
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and claims is None and kept.serves(time.time()):
                return kept.token
            if claims is not None:
                options["claims"] = claims
            token = self._credential.get_token(*scopes, **options)
            SECRETS.remember(token.token)
            self._kept[key] = _Kept(token, time.time())
            return token


def credential_for(target: Target) -> TokenCredential:
    """Return the credential for a target: none for loopback, else azure-identity's default chain.

    On a developer's machine the chain tries, in order: environment variables, workload identity,
    managed identity, then the logins of the Azure CLI, PowerShell and azd. In CI only environment
    variables, workload identity and the Azure CLI are tried: the managed identity of a runner is
    one that nobody chose for this job. In GitHub Actions `azure/login` with OIDC leaves the CLI
    logged in. Raises LoginSettingsError for variables that azure-identity cannot use.
    """
    if target.cloud.is_loopback:
        return NoCredential()
    from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - slow to import

    try:
        chain = DefaultAzureCredential(
            authority=target.cloud.authority,
            additionally_allowed_tenants=[target.tenant_id],
            retry_total=2,
            retry_connect=1,
            connection_timeout=4,
            read_timeout=10,
            **left_out_of_the_chain(os.environ),
        )
    except ValueError as error:
        raise LoginSettingsError(printable(SECRETS.redact(str(error)))) from error
    return TenantCredential(chain, target.tenant_id)


def left_out_of_the_chain(variables: Mapping[str, str]) -> dict[str, bool]:
    """Return what azure-identity's chain leaves out, as its options name it.

    Who names one credential in AZURE_TOKEN_CREDENTIALS has chosen, in CI too; `prod` and `dev` are
    chains and choose nothing.
    """
    chosen = variables.get("AZURE_TOKEN_CREDENTIALS", "").strip().lower()
    if not is_ci(variables) or chosen.endswith("credential"):
        return {}
    names = ("managed_identity", "shared_token_cache", "visual_studio_code", "developer_cli")
    return {
        f"exclude_{name}_credential": True
        for name in (*names, "powershell", "interactive_browser", "broker")
    }


def is_ci(variables: Mapping[str, str]) -> bool:
    """Tell whether this runs in a pipeline: what GitHub, GitLab and Azure Pipelines set says so."""
    return any(
        variables.get(name, "").strip().lower() not in {"", "0", "false"} for name in _CI_VARIABLES
    )
