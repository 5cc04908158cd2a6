"""One login for all threads, shown to whoever deploys, and in CI only one given to the job."""

from __future__ import annotations

import base64
import json
import os
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import ClientAuthenticationError
from azure.core.pipeline import PipelineContext, PipelineRequest
from azure.core.rest import HttpRequest
from azure.identity import DefaultAzureCredential
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

from generator.azure import credentials
from generator.azure.client import ArmClient
from generator.azure.credentials import (
    ASKS_AGAIN_AFTER,
    REFRESH_BEFORE,
    TenantCredential,
    credential_for,
    is_ci,
    left_out_of_the_chain,
)
from generator.azure.endpoint_guard import EndpointGuard
from generator.azure.failures import service_error
from generator.azure.identity import identity_of
from generator.azure.pacing import Pacing
from generator.azure.pipeline import policies_for
from generator.cli import workspace
from generator.cli.exit_codes import CommandError
from generator.kinds import collections
from generator.tenants.cloud import CLOUDS
from generator.tenants.tenant import Target

SCOPE = "https://management.azure.com/.default"
TARGET = Target("tenant-1", "sub", "rg", "ws", CLOUDS["public"])
GUARD = EndpointGuard.of(TARGET, collections())


def _token(claims: dict[str, Any] | None = None, *, mark: str = "") -> str:
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "RS256"}, claims or {})
    )
    return f"{head}.{body}.signature{mark}"


def in_seconds(lifetime: float) -> int:
    """When something ends, by the clock that the credentials read."""
    return int(credentials.time.time() + lifetime)


class Login:
    """A login that takes its time and counts how often it is started."""

    def __init__(self, *lifetimes: float) -> None:
        self.started: list[dict[str, Any]] = []
        self._lifetimes = list(lifetimes)

    def get_token(self, *_scopes: str, **options: Any) -> AccessToken:
        self.started.append(options)
        time.sleep(0.02)
        lifetime = self._lifetimes.pop(0) if self._lifetimes else 3600
        return AccessToken(_token(mark=str(len(self.started))), in_seconds(lifetime))


def _signature(credential: TokenCredential, stop: threading.Event) -> str:
    """Return what a pipeline of its own, as each client of a deployment has, adds to a request."""
    (policy,) = (
        policy
        for policy in policies_for(TARGET, credential, Pacing(stop), stop, GUARD)
        if isinstance(policy, ARMChallengeAuthenticationPolicy)
    )
    request = HttpRequest("GET", "https://management.azure.com/x")
    policy.on_request(PipelineRequest(request, PipelineContext(None)))
    return str(request.headers["Authorization"])


def test_all_threads_of_a_deployment_start_one_login() -> None:
    login = Login()
    credential = TenantCredential(login, TARGET.tenant_id)
    stop = threading.Event()

    with ThreadPoolExecutor(16) as pool:
        sent = set(pool.map(lambda _: _signature(credential, stop), range(64)))
    assert len(sent) == 1
    assert len(login.started) == 1
    assert login.started[0]["tenant_id"] == TARGET.tenant_id


def test_tenants_and_scopes_do_not_share_a_token() -> None:
    login = Login()
    credential = TenantCredential(login, "tenant-1")
    tokens = {
        credential.get_token(scope, tenant_id=tenant).token
        for scope in ("a", "b")
        for tenant in ("tenant-1", "tenant-2")
        for _ in range(3)
    }
    assert len(tokens) == len(login.started) == 4


def test_a_token_that_ends_soon_is_replaced_and_a_login_that_has_no_better_is_not_hammered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr("generator.azure.credentials.time.time", lambda: now[0])
    monkeypatch.setattr("generator.azure.credentials.time.sleep", lambda _seconds: None)
    login = Login(3600, REFRESH_BEFORE - 10, 3600)
    credential = TenantCredential(login, "t")
    first = credential.get_token(SCOPE)
    now[0] += 3600 - REFRESH_BEFORE - 1
    assert credential.get_token(SCOPE) == first
    now[0] += 2
    second = credential.get_token(SCOPE)
    assert credential.get_token(SCOPE) == second != first
    now[0] += ASKS_AGAIN_AFTER
    assert credential.get_token(SCOPE) not in (first, second)
    assert len(login.started) == 3


def test_a_claims_challenge_is_answered_with_a_new_token_that_all_then_use() -> None:
    login = Login()
    credential = TenantCredential(login, "t")
    first = credential.get_token(SCOPE)
    second = credential.get_token(SCOPE, claims="more")
    assert login.started[1]["claims"] == "more"
    assert credential.get_token(SCOPE) == second != first


def test_a_login_that_fails_is_asked_again() -> None:
    class Failing(Login):
        def get_token(self, *scopes: str, **options: Any) -> AccessToken:
            token = super().get_token(*scopes, **options)
            if len(self.started) == 1:
                raise ClientAuthenticationError("not now")
            return token

    credential = TenantCredential(Failing(), "t")
    with pytest.raises(ClientAuthenticationError):
        credential.get_token(SCOPE)
    assert credential.get_token(SCOPE).token


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, False),
        ({"CI": ""}, False),
        ({"CI": "false"}, False),
        ({"CI": "true"}, True),
        ({"CI": "1"}, True),
        ({"GITHUB_ACTIONS": "true"}, True),
        ({"TF_BUILD": "True"}, True),
    ],
    ids=str,
)
def test_a_pipeline_is_known_by_what_it_sets(variables: dict[str, str], expected: bool) -> None:
    assert is_ci(variables) is expected
    assert bool(left_out_of_the_chain(variables)) is expected


@pytest.fixture
def no_azure(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:
        if name.startswith(("AZURE_", "MSI_", "IDENTITY_")) or name in {
            *("CI", "GITHUB_ACTIONS", "TF_BUILD"),
        }:
            monkeypatch.delenv(name)


def _names(target: Target) -> list[str]:
    chain = credential_for(target)._credential  # type: ignore[attr-defined]
    assert isinstance(chain, DefaultAzureCredential)
    return [type(one).__name__ for one in chain.credentials]


@pytest.mark.usefixtures("no_azure")
@pytest.mark.parametrize("chosen", ["", "prod"])
def test_in_ci_the_chain_holds_no_managed_identity(
    monkeypatch: pytest.MonkeyPatch, chosen: str
) -> None:
    if chosen:
        monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", chosen)
    else:
        assert "ManagedIdentityCredential" in _names(TARGET)
    monkeypatch.setenv("CI", "true")
    names = _names(TARGET)
    assert "ManagedIdentityCredential" not in names
    assert set(names) <= {
        *("EnvironmentCredential", "WorkloadIdentityCredential", "FailedDACCredential"),
        "AzureCliCredential",
    }
    assert "AzureCliCredential" in names or chosen == "prod"


@pytest.mark.usefixtures("no_azure")
def test_who_names_a_credential_gets_it_in_ci_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential")
    assert _names(TARGET) == ["ManagedIdentityCredential"]


@pytest.fixture
def az(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An Azure CLI that gives a token for an hour and writes a line each time it is started."""
    starts = tmp_path / "starts"
    token = _token({"idtyp": "app", "appid": "11111111-0000-4000-8000-000000000000"})
    program = tmp_path / "az"
    answer = json.dumps(
        {
            "accessToken": token,
            "expires_on": in_seconds(3600),
            "expiresOn": "2099-01-01 00:00:00.000000",
        }
    )
    program.write_text(f"#!/bin/sh\necho start >> {starts}\ncat <<'EOT'\n{answer}\nEOT\n", "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    starts.write_text("", "utf-8")
    return starts


@pytest.mark.usefixtures("no_azure")
def test_the_azure_cli_is_started_once(az: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    tenant = "00000000-0000-0000-0000-000000000001"
    target = Target(tenant, "sub", "rg", "ws", CLOUDS["public"])
    with ArmClient(target, collections()) as client:
        assert client.identity() == "application 11111111-0000-4000-8000-000000000000"
        credential = client._credential
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: _signature(credential, client.stop), range(27)))
    assert az.read_text("utf-8").count("start") == 1


@pytest.mark.parametrize(
    ("claims", "shown"),
    [
        ({"upn": "ann@contoso.example", "appid": "cli"}, "user ann@contoso.example"),
        ({"unique_name": "ann"}, "user ann"),
        ({"idtyp": "app", "appid": "a-1", "unique_name": "x"}, "application a-1"),
        ({"appid": "a-1", "app_displayname": "deployer"}, "application a-1 (deployer)"),
        ({"azp": "a-2"}, "application a-2"),
        ({"oid": "o-1"}, "object o-1"),
        ({}, "an identity that its token does not name"),
        ({"upn": 7, "appid": ["x"], "oid": " "}, "an identity that its token does not name"),
    ],
    ids=str,
)
def test_who_is_logged_in_is_what_the_token_says(claims: dict[str, Any], shown: str) -> None:
    assert identity_of(_token(claims)) == shown


@pytest.mark.parametrize(
    "token",
    ["", "opaque", "a.b", "a.b.c", "a.!!.c", "a." + "W" * 200_000 + ".c", "..", "a.W10.c", "é.é.é"],
    ids=lambda token: ascii(token[:12]),
)
def test_a_token_that_names_nobody_is_neither_an_error_nor_shown(token: str) -> None:
    assert identity_of(token) == "an identity that its token does not name"


def test_a_claim_is_shown_as_safe_text_and_cut() -> None:
    shown = identity_of(_token({"upn": "a\x1b[2J\n::stop-commands::x\u202e" + "y" * 10_000}))
    assert len(shown) < 200
    assert shown.isprintable()
    assert not shown.startswith("::")


def test_who_is_logged_in_is_said_before_anything_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    token = _token({"upn": "ann@contoso.example"})

    class Known(Login):
        def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
            return AccessToken(token, in_seconds(3600))

    monkeypatch.setattr(
        "generator.azure.client.credential_for", lambda _t: TenantCredential(Known(), "t")
    )
    with workspace.connected(_Tenant(TARGET), verbose=False):  # type: ignore[arg-type]
        pass
    err = capsys.readouterr().err
    assert "Logged in as user ann@contoso.example" in err
    assert token not in err


class _Tenant:
    def __init__(self, target: Target) -> None:
        self.target = target


def test_an_api_version_of_the_environment_is_said_and_has_to_be_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tenant: Any = _Tenant(Target("t", "s", "rg", "ws", _loopback()))
    monkeypatch.setenv("SENTINELGEN_API_VERSION", "2024-09-01")
    with workspace.connected(tenant, verbose=False):
        pass
    assert "API version 2024-09-01" in capsys.readouterr().err
    monkeypatch.setenv("SENTINELGEN_API_VERSION", "newest")
    with (
        pytest.raises(CommandError, match="SENTINELGEN_API_VERSION is no API version"),
        workspace.connected(tenant, verbose=False),
    ):
        pass


def _loopback() -> Any:
    from generator.tenants.cloud import parse_cloud  # noqa: PLC0415 - used here only

    return parse_cloud("http://127.0.0.1:9")


def test_a_token_that_has_ended_by_this_clock_does_not_start_the_login_for_each_request() -> None:
    login = Login(*[-60.0] * 20)
    credential = TenantCredential(login, "tenant-1")
    for _ in range(20):
        credential.get_token(SCOPE)
    assert len(login.started) == 1


def test_a_login_that_azure_identity_does_not_know_is_a_wrong_invocation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "nonsense")
    tenant: Any = _Tenant(TARGET)
    with (
        pytest.raises(CommandError, match="AZURE_TOKEN_CREDENTIALS: nonsense") as refused,
        workspace.connected(tenant, verbose=False),
    ):
        pass
    assert refused.value.code == 2


def test_of_a_failed_chain_the_login_that_was_set_up_is_told_first() -> None:
    unset = "authentication unavailable. " + "Nothing is set up here. " * 40
    message = (
        "DefaultAzureCredential failed to retrieve a token.\nAttempted credentials:\n"
        f"\tEnvironmentCredential: {unset}\n"
        "Visit https://aka.ms/somewhere to troubleshoot this issue.\n"
        f"\tWorkloadIdentityCredential: {unset}\n"
        "\tAzureCliCredential: ERROR: AADSTS70043: the refresh token has expired.\nTrace ID: 7\n"
        "To mitigate this issue, see https://aka.ms/somewhere/else."
    )
    said = str(service_error(ClientAuthenticationError(message), "2025-07-01"))
    assert "It says: AzureCliCredential: ERROR: AADSTS70043" in said
    assert "Trace ID: 7; EnvironmentCredential: " in said
    assert "somewhere" not in said
