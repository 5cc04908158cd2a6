"""Tokens never go where they must not, and never come back out."""

from __future__ import annotations

import json
import logging
import threading
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy
from hypothesis import given
from hypothesis import strategies as st

from generator.azure.credentials import NoCredential, TenantCredential, credential_for
from generator.azure.endpoint_guard import EndpointGuard
from generator.azure.errors import InvalidError
from generator.azure.pacing import Pacing
from generator.azure.pipeline import policies_for
from generator.azure.redaction import LONGEST_TEXT, REDACTED, SECRETS, KnownSecrets
from generator.azure.transport import transport_for
from generator.kinds import collections
from generator.tenants.cloud import CLOUDS
from generator.tenants.tenant import Target
from tests.deploy.conftest import rules_at, target_at
from tests.deploy.hostile import Reply, hostile_service
from tests.deploy.rules import body, rule_id

PLANTED = "planted-secret-4711"


class Planted:
    """A credential that must not be asked."""

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        raise AssertionError("a loopback target asked for a token")


def test_a_loopback_target_asks_for_no_token_and_sends_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AZURE_CLIENT_SECRET", PLANTED)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with (
        hostile_service(lambda _m, _p: Reply(body=b'{"value": []}')) as seen,
        rules_at(target_at(seen.url), credential=Planted()) as client,
    ):
        assert list(client.listed()) == []
    ((_, _, headers),) = seen.requests
    assert "Authorization" not in headers
    assert isinstance(credential_for(target_at(seen.url)), NoCredential)
    with pytest.raises(PermissionError):
        NoCredential().get_token("scope")


def test_a_service_that_repeats_secrets_does_not_get_them_into_errors(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AZURE_CLIENT_SECRET", PLANTED)
    token = "-".join(["opaque", "token", "0815"])  # noqa: FLY002 - spelled out it looks real
    SECRETS.remember(token)
    jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
    message = (
        f"you sent Bearer {token} and {PLANTED} and {jwt}, "
        "https://prod.logic.azure.com/x?sp=1&sig=AbC-123 client_assertion=abc.def"
    )
    reply = Reply(400, json.dumps({"error": {"code": "Echo", "message": message}}).encode())
    caplog.set_level(logging.DEBUG)
    with (
        hostile_service(lambda _m, _p: reply) as seen,
        rules_at(target_at(seen.url)) as client,
        pytest.raises(InvalidError) as error,
    ):
        client.put(rule_id(1), body(1), None)
    for secret in (token, PLANTED, jwt, "AbC-123", "abc.def"):
        assert secret not in str(error.value)
        assert secret not in caplog.text
    assert REDACTED in str(error.value)


def test_a_trigger_uri_is_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with (
        hostile_service(lambda _m, _p: Reply()) as seen,
        rules_at(target_at(seen.url)) as client,
    ):
        uri = f"https://prod.logic.azure.com/x?sig={PLANTED}"
        client.put_action(rule_id(1), "a", {"logicAppResourceId": "/x", "triggerUri": uri})
    assert PLANTED.encode() in seen.bodies[0]
    assert PLANTED not in caplog.text


def test_a_token_is_asked_for_the_tenant_of_the_target_and_remembered() -> None:
    asked: list[dict[str, Any]] = []

    class Login:
        def get_token(self, *_scopes: str, **options: Any) -> AccessToken:
            asked.append(options)
            return AccessToken("remembered-token-1", 0)

    TenantCredential(Login(), "tenant-1").get_token("scope")
    assert asked[0]["tenant_id"] == "tenant-1"
    assert SECRETS.redact("x remembered-token-1 y") == f"x {REDACTED} y"


@pytest.mark.parametrize("name", sorted(CLOUDS))
def test_real_clouds_use_their_own_scope_and_verified_tls(name: str) -> None:
    target = Target("t", "s", "rg", "ws", CLOUDS[name])
    stop = threading.Event()
    policies = policies_for(
        target, Planted(), Pacing(stop), stop, EndpointGuard.of(target, collections())
    )
    assert any(isinstance(policy, ARMChallengeAuthenticationPolicy) for policy in policies)
    assert target.cloud.endpoint.startswith("https://")
    assert (
        transport_for(
            target, stop, EndpointGuard.of(target, collections())
        ).connection_config.verify
        is True
    )


def test_the_pipeline_registers_no_resource_provider_and_follows_no_redirect() -> None:
    target = Target("t", "s", "rg", "ws", CLOUDS["public"])
    stop = threading.Event()
    policies = policies_for(
        target, Planted(), Pacing(stop), stop, EndpointGuard.of(target, collections())
    )
    names = {type(policy).__name__ for policy in policies}
    assert not names & {"ARMAutoResourceProviderRegistrationPolicy", "RedirectPolicy"}


@pytest.mark.parametrize(
    "text", ["eyJ" * 400_000, "eyJ" + "a" * 1_000_000, "?sig=" * 200_000, "Bearer " * 200_000]
)
def test_redaction_ends_for_a_text_that_is_made_for_a_backtracking_matcher(text: str) -> None:
    assert len(SECRETS.redact(text)) <= LONGEST_TEXT * 2


@given(
    before=st.integers(0, 60), secret=st.sampled_from(["opaque token 0815", "eyJabcdefghij.x.y"])
)
def test_a_secret_that_the_cut_goes_through_is_left_out_whole(before: int, secret: str) -> None:
    secrets = KnownSecrets()
    secrets.remember("opaque token 0815")
    shown = secrets.redact("word " * (LONGEST_TEXT // 5 - 4) + "x" * before + " " + secret + " end")
    assert not any(shown.rstrip().endswith(secret[:n]) for n in range(4, len(secret) + 1))
    assert len(shown) <= LONGEST_TEXT + len(REDACTED)
