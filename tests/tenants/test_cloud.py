from __future__ import annotations

import pytest

from generator.tenants.cloud import parse_cloud


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:8443",
        "https://127.0.0.1:8443",
        "http://127.255.1.2",
        "http://[::1]:80",
        "http://localhost:1",
        "http://LOCALHOST:1",
    ],
)
def test_this_machine_is_a_target_without_login(text: str) -> None:
    assert parse_cloud(text).is_loopback


@pytest.mark.parametrize("name", ["public", "usgov", "china"])
def test_real_clouds_have_https_endpoints_and_a_scope(name: str) -> None:
    cloud = parse_cloud(name)
    assert not cloud.is_loopback
    assert cloud.endpoint.startswith("https://management.")
    assert (cloud.scope or "").endswith("/.default")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Public",
        "azure",
        "http://example.com",
        "https://management.azure.com",
        "http://128.0.0.1",
        "http://126.255.255.255",
        "http://0.0.0.0",
        "http://[::]",
        "http://[::ffff:127.0.0.1]",
        "http://[::1%25eth0]",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://user@127.0.0.1",
        "http://user:pw@127.0.0.1",
        "http://127.0.0.1@example.com",
        "http://127.0.0.1:80@example.com",
        "http://127.0.0.1\\@example.com",
        "http://127.0.0.1/",
        "http://127.0.0.1/path",
        "http://127.0.0.1?x=1",
        "http://127.0.0.1#x",
        "http://127.0.0.1:0",
        "http://127.0.0.1:65536",
        "http://127.0.0.1:",
        "http://2130706433",
        "http://0x7f.1",
        "http://127.1",
        "http://127.0.0.1:8443\n",
        " http://127.0.0.1:8443",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "//127.0.0.1",
        "http://１２７.0.0.1",
        "http://loc\u0430lhost",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"cloud|URL|machine|port"):
        parse_cloud(text)
