"""The socket: what a hostile or clumsy client gets, and that many clients are served at once."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import pytest

from generator.emulator import connections
from generator.emulator.connections import MAX_CONNECTIONS, YIELDS_AFTER
from generator.emulator.server import LARGEST_BODY
from tests.cli.commands import KILL_SECONDS
from tests.emulator.conftest import PlainClient, rule_fixture


def _raw(client: PlainClient, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", client.port), timeout=KILL_SECONDS) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


def test_every_answer_says_that_it_is_not_azure(client: PlainClient) -> None:
    for path in (client.rules_path, "/", "/_emulator/faults"):
        headers = client.send("GET", path).headers
        assert headers["x-sentinelgen-emulator"] == "not Azure"
        assert "not Azure" in headers["server"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"kind": NaN}',
        b"\xff\xfe",
        b"\x00",
        b'{"kind": ' + b"[" * 100_000,
        b'{"kind": "Scheduled", "properties": ' + b'{"a":' * 200 + b"1" + b"}" * 201,
        b'{"kind": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_a_body_that_is_no_json_object_is_an_arm_error(client: PlainClient, body: bytes) -> None:
    reply = client.rule("PUT", "r", body)
    assert reply.status == 400
    assert set(reply.document["error"]) == {"code", "message"}
    assert client.rule("GET", "BuiltInFusion").status == 200


def test_a_body_over_the_limit_is_413(client: PlainClient) -> None:
    reply = client.rule("PUT", "r", b" " * (LARGEST_BODY + 1))
    assert reply.status == 413
    assert reply.headers["connection"] == "close"


def test_text_of_every_kind_comes_back_as_it_was_sent(client: PlainClient) -> None:
    rule = rule_fixture("scheduled_rule")
    rule["properties"]["query"] = "T | where x == '\ud800\u2028\x00\U0001f600\ufeff'"
    assert client.rule("PUT", "r", rule).status == 201
    assert client.rule("GET", "r").document["properties"]["query"] == rule["properties"]["query"]


@pytest.mark.parametrize(
    "head",
    [
        b"GARBAGE\r\n\r\n",
        b"BREW /coffee HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"PUT /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"PUT /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ids=lambda head: repr(head[:40]),
)
def test_bad_http_is_an_arm_error(client: PlainClient, head: bytes) -> None:
    answer = _raw(client, head)
    assert b'{"error":{"code":' in answer


def test_a_client_that_leaves_inside_its_body_changes_nothing(client: PlainClient) -> None:
    head = f"PUT {client.rules_path}/r?api-version={client.version} HTTP/1.1\r\nHost: localhost\r\n"
    assert _raw(client, head.encode() + b'Content-Length: 900\r\n\r\n{"kind": "Sched') == b""
    assert client.rule("GET", "r").status == 404


def test_a_foreign_host_name_is_refused(client: PlainClient) -> None:
    reply = client.send("GET", client.rules_path, headers={"Host": "rebound.example"})
    assert reply.status == 421


def test_writers_at_the_same_time_lose_no_update(client: PlainClient) -> None:
    """Eight clients raise one number, each only over the etag that it read."""
    rule = rule_fixture("scheduled_rule")
    client.rule("PUT", "counter", rule)

    def raise_it() -> None:
        own = PlainClient(client.port)
        done = 0
        while done < 5:
            live = own.rule("GET", "counter").document
            live["properties"]["triggerThreshold"] += 1
            status = own.rule("PUT", "counter", live, {"If-Match": live["etag"]}).status
            assert status in (200, 409, 412)
            done += status == 200
        own.close()

    threads = [threading.Thread(target=raise_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.rule("GET", "counter").document["properties"]["triggerThreshold"] == 40


@pytest.mark.parametrize(
    "name", ["a%2Fb", "%00", "%20", "%FF", "a" * 300, "a%23b", "..", "%2e%2E", "."]
)
def test_a_name_that_no_resource_can_have_is_refused(client: PlainClient, name: str) -> None:
    assert client.rule("PUT", name, rule_fixture("scheduled_rule")).status == 400


def test_idle_connections_neither_make_threads_without_bound_nor_keep_others_out(
    client: PlainClient,
) -> None:
    before = threading.active_count()
    idle = [
        socket.create_connection(("127.0.0.1", client.port), timeout=KILL_SECONDS)
        for _ in range(MAX_CONNECTIONS * 3)
    ]
    try:
        time.sleep(YIELDS_AFTER)
        others = [PlainClient(client.port) for _ in range(20)]
        for other in others:
            assert other.send("GET", "/_emulator/requests").status == 200
        assert threading.active_count() - before <= MAX_CONNECTIONS + 1
        for other in others:
            other.close()
    finally:
        for connection in idle:
            connection.close()


def test_where_all_connections_are_busy_one_more_is_told_so(
    client: PlainClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "YIELDS_AFTER", 3600.0)
    busy = [socket.create_connection(("127.0.0.1", client.port)) for _ in range(MAX_CONNECTIONS)]
    try:
        with socket.create_connection(("127.0.0.1", client.port), timeout=KILL_SECONDS) as more:
            answer = more.recv(65536)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"Retry-After: 1\r\n" in answer
        assert b'{"error":{"code":"ServerBusy"' in answer
    finally:
        for connection in busy:
            connection.close()


@pytest.mark.parametrize(
    "sent",
    [b"PU", b"PUT /x HTTP/1.1\r\nHost: a", b"PUT /x HTTP/1.1\r\nContent-Length: 99\r\n\r\n{"],
    ids=["request line", "head", "body"],
)
def test_a_request_that_never_ends_is_given_up(
    client: PlainClient, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.3)
    with socket.create_connection(("127.0.0.1", client.port), timeout=KILL_SECONDS) as slow:
        slow.sendall(sent)
        tries = KILL_SECONDS * 20
        with contextlib.suppress(ConnectionError):
            for _ in range(KILL_SECONDS * 20):
                slow.sendall(b" ")
                tries -= 1
                time.sleep(0.05)
        assert tries > 0


_PUT = b"PUT /x HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize(
    "head",
    [
        _PUT + b"Content-Length: 2\r\nContent-Length: 30\r\n\r\n{}",
        _PUT + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        _PUT + b"Content-Length : 2\r\n\r\n{}",
        _PUT + b"Content-Length: 2, 2\r\n\r\n{}",
        _PUT + b"Content-Length: +2\r\n\r\n{}",
        _PUT + b"X: a\r\n Content-Length: 2\r\n\r\n{}",
        _PUT + b"X: a\rContent-Length: 2\r\n\r\n{}",
        _PUT + b"X: a\x00\r\nContent-Length: 2\r\n\r\n{}",
        _PUT + b"no header\r\nContent-Length: 2\r\n\r\n{}",
        _PUT + b"Host: localhost\r\nContent-Length: 2\r\n\r\n{}",
    ],
    ids=lambda head: repr(head[len(_PUT) :][:40]),
)
def test_a_head_with_two_readings_is_refused(client: PlainClient, head: bytes) -> None:
    answer = _raw(client, head)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    "headers",
    [b"X: a\r\n" * 101, b"".join(b"X%d: %s\r\n" % (n, b"a" * 1000) for n in range(90))],
    ids=["many", "large"],
)
def test_a_head_without_bound_is_refused(client: PlainClient, headers: bytes) -> None:
    assert _raw(client, b"GET / HTTP/1.1\r\n" + headers + b"\r\n").startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    "header",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_a_web_page_reaches_nothing(
    client: PlainClient, method: str, header: dict[str, str]
) -> None:
    path = f"{client.rules_path}/r?api-version={client.version}"
    reply = client.send(method, path, rule_fixture("scheduled_rule"), header)
    assert reply.status == 403
    assert client.rule("GET", "r").status == 404


def test_a_parameter_that_is_there_twice_is_refused(client: PlainClient) -> None:
    path = f"{client.rules_path}?api-version={client.version}&API-version=2025-09-01"
    assert client.send("GET", path).status == 400
