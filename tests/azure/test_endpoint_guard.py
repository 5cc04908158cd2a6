"""A token goes to one endpoint: no reading of a link by any library leads anywhere else."""

from __future__ import annotations

import json
import threading
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import example, given
from hypothesis import strategies as st
from requests.adapters import HTTPAdapter
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from generator.azure.endpoint_guard import EndpointGuard
from generator.azure.errors import UnintelligibleError
from generator.azure.transport import transport_for
from generator.kinds import collections
from generator.tenants.cloud import CLOUDS
from generator.tenants.tenant import Target
from tests.deploy.conftest import RULES, SUBSCRIPTION, rules_at, target_at
from tests.deploy.hostile import Reply, hostile_service

HOST = "management.azure.com"
TARGET = Target("t", SUBSCRIPTION, "rg-lab", "law-lab", CLOUDS["public"])
GUARD = EndpointGuard.of(TARGET, collections())
TWO_READINGS = [
    rf"https://evil.example\@{HOST}{RULES}",
    rf"https://evil.example\\@{HOST}{RULES}",
    rf"https:\\{HOST}{RULES}",
    rf"https://{HOST}\.evil.example{RULES}",
    f"https://{HOST}@evil.example{RULES}",
    f"https://{HOST}:443@evil.example{RULES}",
    f"https://evil.example@{HOST}{RULES}",
    f"https://@{HOST}{RULES}",
    f"https://:@{HOST}{RULES}",
    f"https://evil.example#@{HOST}{RULES}",
    f"https://evil.example?@{HOST}{RULES}",
    f"https://evil.example;@{HOST}{RULES}",
    f"https://evil.example%40{HOST}{RULES}",
    f"https://{HOST}%2eevil.example{RULES}",
    f"https://{HOST}.evil.example{RULES}",
    f"https://{HOST}.{RULES}",
    f"https://{HOST}:8443{RULES}",
    f"https://{HOST}:{RULES}:443@evil.example",
    f"http://{HOST}{RULES}",
    f"http://{HOST}:443{RULES}",
    f"//{HOST}{RULES}",
    f"{HOST}{RULES}",
    f"https:{HOST}{RULES}",
    f"https:/{HOST}{RULES}",
    f"https:///{HOST}{RULES}",
    f" https://{HOST}{RULES}",
    f"https://{HOST}\t.evil.example{RULES}",
    f"https://{HOST}\r\nHost: evil.example{RULES}",
    f"https://evil.example\n@{HOST}{RULES}",
    f"https://{HOST}\x00{RULES}",
    f"https://management\uff0eazure\uff0ecom{RULES}",
    f"https://management.azure.com\u2044{RULES}",
    f"https://evil.example\uff03@{HOST}{RULES}",
    f"https://[{HOST}]{RULES}",
    f"https://[::1]@{HOST}{RULES}",
    f"https://{HOST}[evil.example]{RULES}",
    "https://",
    "",
]
AWAY = [
    "/",
    "/subscriptions",
    f"{RULES}/../../../../secrets",
    f"{RULES}/%2e%2e/%2e%2e/secrets",
    f"{RULES}/.%2e/x",
    f"{RULES}/%252e%252e/x",
    f"{RULES}/./x",
    f"{RULES}/..%5c..%5cx",
    f"{RULES}x",
    f"{RULES}#/x",
    f"/{RULES}",
    RULES.replace("resourceGroups", "re%2573ourceGroups"),
    RULES.replace("workspaces", "wor\u212aspaces"),
    RULES.replace("workspaces", "wor%E2%84%AAspaces"),
    RULES.replace("law-lab", "law-lab/../other"),
    RULES.replace("law-lab", "law-other"),
]


@pytest.mark.parametrize("url", TWO_READINGS)
def test_an_address_that_anybody_reads_as_another_host_is_refused(url: str) -> None:
    with pytest.raises(UnintelligibleError):
        GUARD.check(url)


@pytest.mark.parametrize("path", AWAY)
def test_an_address_away_from_the_rules_is_refused(path: str) -> None:
    with pytest.raises(UnintelligibleError):
        GUARD.check(f"https://{HOST}{path}")


@pytest.mark.parametrize(
    "url",
    [
        f"https://{HOST}{RULES}",
        f"https://{HOST}:443{RULES}?api-version=1&$skipToken=%7B%22a%22%3A1%7D",
        f"https://{HOST.upper()}{RULES.lower()}/a%20b?$filter=x@y",
        f"https://{HOST}{RULES}/11111111-1111-1111-1111-111111111111/actions/1",
    ],
)
def test_the_service_s_own_addresses_pass(url: str) -> None:
    GUARD.check(url)


SEPARATORS = ["https:", "//", "/", "\\", "@", ":", "443", "?", "#", "%2f", "%40", "[", "]"]
OTHERS = [HOST, RULES, "evil.example", ".", "..", " ", "\t", "\n", "\uff0f", "\u2100", "a"]
PIECES = st.lists(st.sampled_from([*SEPARATORS, *OTHERS]), min_size=2, max_size=9).map("".join)


@given(PIECES)
@example(rf"https://evil.example\@{HOST}{RULES}")
def test_what_passes_is_one_host_for_every_library_that_handles_it(url: str) -> None:
    for link in (url, f"https://{url}", f"https://{HOST}{url}", f"https://{HOST}{RULES}{url}"):
        try:
            GUARD.check(link)
        except UnintelligibleError:
            continue
        prepared = requests.Request("GET", link).prepare()
        pool, _ = HTTPAdapter().build_connection_pool_key_attributes(prepared, True)
        assert urlsplit(link).hostname == parse_url(link).host == pool["host"] == HOST
        assert pool["scheme"] == "https"
        assert pool["port"] in {None, 443}
        GUARD.check(prepared.url or "")
        assert parse_url(prepared.url or "").request_uri.lower().startswith(RULES.lower())


def test_the_prepared_request_is_what_is_checked_last() -> None:
    with (
        hostile_service(lambda _m, _p: Reply()) as elsewhere,
        hostile_service(lambda _m, _p: Reply()) as seen,
    ):
        transport = transport_for(
            target_at(seen.url),
            threading.Event(),
            EndpointGuard.of(target_at(seen.url), collections()),
        )
        transport.open()
        session = transport.session

        def redirected(request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.url = f"{elsewhere.url}{RULES}"
            return request

        def renamed(request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.headers["host"] = "evil.example"
            return request

        session.get(f"{seen.url}{RULES}").close()
        for change in (redirected, renamed):
            with pytest.raises(UnintelligibleError):
                session.get(f"{seen.url}{RULES}", auth=change)
        transport.close()
    assert elsewhere.requests == []
    assert len(seen.requests) == 1


def test_a_backslash_in_a_next_link_sends_nothing_to_the_host_before_it() -> None:
    with hostile_service(lambda _m, _p: Reply(body=b'{"value": []}')) as evil:
        outside = urlsplit(evil.url).netloc

        def answer(_method: str, _path: str) -> Reply:
            own = urlsplit(seen.url).netloc
            link = f"http://{outside}\\@{own}{RULES}?page=2"
            return Reply(body=json.dumps({"value": [], "nextLink": link}).encode())

        with (
            hostile_service(answer) as seen,
            rules_at(target_at(seen.url)) as client,
            pytest.raises(UnintelligibleError),
        ):
            list(client.listed())
    assert evil.requests == []


def test_a_host_that_cannot_be_read_is_refused_and_not_an_internal_error() -> None:
    for url in ("https://[", "https://[::1", "https://h:99999/", "https://h:port/"):
        with pytest.raises(UnintelligibleError):
            GUARD.check(url)
    with pytest.raises(LocationParseError):
        parse_url("https://[")
