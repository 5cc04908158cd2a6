"""Logins: azure-identity's own chain, asked for the target's tenant and cloud.

No credential is read from a file of ours or written anywhere. A loopback target gets an object that
refuses to be asked, so that a mistake elsewhere fails instead of leaking a token.
"""

from __future__ import annotations

from typing import Any

from azure.core.credentials import AccessToken, TokenCredential

from generator.deploy.redaction import SECRETS
from generator.tenants.tenant import Target


class NoCredential:
    """Stands where the SDK wants a credential and none may be sent."""

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        """Refuse: raises PermissionError always."""
        raise PermissionError("a loopback target is never sent a credential")


class TenantCredential:
    """A credential that asks for tokens of one tenant and remembers them as secrets."""

    def __init__(self, credential: TokenCredential, tenant_id: str) -> None:
        self._credential = credential
        self._tenant_id = tenant_id

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """Return a token of the tenant. Raises what azure-identity raises."""
        options["tenant_id"] = options.get("tenant_id") or self._tenant_id
        token = self._credential.get_token(*scopes, **options)
        SECRETS.remember(token.token)
        return token


def credential_for(target: Target) -> TokenCredential:
    """Return the credential for a target: none for loopback, else azure-identity's default chain.

    The chain tries, in order: environment variables, workload identity, managed identity, then
    the logins of the Azure CLI, PowerShell and azd. In GitHub Actions `azure/login` with OIDC
    leaves the CLI logged in.
    """
    if target.cloud.is_loopback:
        return NoCredential()
    from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - slow to import

    chain = DefaultAzureCredential(
        authority=target.cloud.authority,
        additionally_allowed_tenants=[target.tenant_id],
        retry_total=2,
        retry_connect=1,
        connection_timeout=4,
        read_timeout=10,
    )
    return TenantCredential(chain, target.tenant_id)
