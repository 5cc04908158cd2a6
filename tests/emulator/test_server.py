"""The socket: what a hostile or clumsy client gets, and that many clients are served at once."""

from __future__ import annotations

import socket
import threading

import pytest

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


@pytest.mark.parametrize("name", ["a%2Fb", "%00", "%20", "%FF", "a" * 300, "a%23b"])
def test_a_name_that_no_resource_can_have_is_refused(client: PlainClient, name: str) -> None:
    assert client.rule("PUT", name, rule_fixture("scheduled_rule")).status == 400
