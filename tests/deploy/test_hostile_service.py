"""A service that is broken or means harm: one clear error each, and nothing goes elsewhere."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

import pytest

from generator.azure.client import ArmClient
from generator.azure.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    RecentlyDeletedError,
    ServiceError,
    ThrottledError,
    UnintelligibleError,
    UnreachableError,
    printable,
)
from generator.azure.redaction import SECRETS
from generator.cli.workspace import connected
from generator.deploy.plan import Action, ActionKind
from generator.deploy.reading import Reading, read_now
from generator.deploy.results import Outcome
from generator.deploy.snapshot import Item, read_snapshot, snapshot_items, write_snapshot
from generator.deploy.tenant_content import KindContent
from generator.deploy.verify import verify
from generator.deploy.workspace import live_rule, read_workspace
from generator.deploy.write_rule import DEPLOYMENT, carry_out
from generator.kinds import collections
from generator.kinds.analytic_rule.kind import ANALYTIC_RULES
from generator.kinds.analytic_rule.live import LiveRules
from generator.tenants.tenant import Tenant
from generator.text.source_text import SourceText
from tests.deploy.conftest import RULES, rules_at, target_at
from tests.deploy.hostile import Hostile, Reply, hostile_service
from tests.deploy.rules import body, content, desired, rule_id


@contextmanager
def answering(reply: Reply) -> Iterator[tuple[LiveRules, Hostile]]:
    with (
        hostile_service(lambda _method, _path: reply) as seen,
        rules_at(target_at(seen.url)) as client,
    ):
        yield client, seen


def arm_error(code: str, message: str) -> bytes:
    return json.dumps({"error": {"code": code, "message": message}}).encode()


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=b'{"value": ['),
        Reply(body=b"\xff\xfe\x00"),
        Reply(body=b""),
        Reply(body=b"[]"),
        Reply(body=b"null"),
        Reply(body=b'"text"'),
        Reply(body=b"{}"),
        Reply(body=b'{"values": []}'),
        Reply(body=b'{"value": null}'),
        Reply(body=b'{"nextLink": null}'),
        Reply(body=b'{"error": {"code": "Bad"}}'),
        Reply(body=b'{"value": "text"}'),
        Reply(body=b'{"value": [1, "x", null]}'),
        Reply(body=b'{"value": {"a": 1}}'),
        Reply(body=b'{"value": [], "nextLink": 7}'),
        Reply(body=b'{"value": [], "nextLink": {}}'),
        Reply(body=b'{"value": [], "nextLink": []}'),
        Reply(body=b'{"value": [], "nextLink": false}'),
        Reply(body=b'{"value": [], "error": {"code": "Throttled"}}'),
        Reply(body=b'{"value": [{"name": "a"}], "value": []}'),
        Reply(body=b'{"value": [{"name": "a", "name": "b"}]}'),
        Reply(body=b'{"value": [{"name": NaN}]}'),
        Reply(body=b'{"value": [{"name": 1e999}]}'),
        Reply(body=b'{"value": [{"name": ' + b"[" * 47 + b"]" * 47 + b"}]}"),
        Reply(body=b'{"value": ' + b"[" * 100 + b"]" * 100 + b"}"),
        Reply(body='{"value": []}'.encode("utf-16")),
        Reply(body=b"[" * 100_000),
        Reply(body=b"<html>Sign in</html>", headers={"Content-Type": "text/html"}),
        Reply(body=b"x" * 10_000_000, headers={"Content-Type": "text/html"}),
        Reply(body=b"{" + b" " * 10_000_000),
    ],
    ids=lambda reply: repr(reply.body[:24]),
)
def test_an_answer_that_is_none_is_one_clear_error(reply: Reply) -> None:
    with answering(reply) as (client, _), pytest.raises(UnintelligibleError) as error:
        list(client.listed())
    assert len(str(error.value)) < 400


@pytest.mark.parametrize(
    "charset", ["rot13", "base64", "zip", "nonsense", "idna", "utf-7", "undefined"]
)
def test_an_answer_in_an_odd_encoding_is_an_error_of_ours_or_read(charset: str) -> None:
    headers = {"Content-Type": f"application/json; charset={charset}"}
    with answering(Reply(body=json.dumps(body(1)).encode(), headers=headers)) as (client, _):
        try:
            answer = client.put(rule_id(1), body(1), None)
        except ServiceError:
            return
        assert answer["properties"] == body(1)["properties"]


def test_a_list_of_playbooks_without_value_is_no_empty_list() -> None:
    with answering(Reply(body=b"{}")) as (client, _), pytest.raises(UnintelligibleError):
        client.actions(rule_id(1))


def test_a_rule_without_a_list_of_playbooks_is_no_rule_without_playbooks() -> None:
    """A rule is answered, and 404 its list: what is not there is the list, not the playbooks."""

    def answer(_method: str, path: str) -> Reply:
        return Reply(404) if "/actions" in path else Reply(body=rule_bytes)

    rule_bytes = json.dumps({"name": rule_id(1), **body(1)}).encode()
    with (
        hostile_service(answer) as seen,
        rules_at(target_at(seen.url)) as client,
        pytest.raises(UnintelligibleError, match="no list of its playbooks"),
    ):
        client.actions(rule_id(1))


def test_of_a_rule_that_is_gone_a_snapshot_says_nothing_about_playbooks() -> None:
    listed = {"name": rule_id(1), **body(1)}
    with (
        hostile_service(lambda *_: Reply(404)) as seen,
        ArmClient(target_at(seen.url), collections()) as arm,
    ):
        (item,) = snapshot_items(arm, {ANALYTIC_RULES.name: [listed]})
    assert item.actions is None
    assert "actions" not in item.document()


@pytest.mark.parametrize("name", ["triggerUri", "TriggerUri"])
def test_a_trigger_uri_that_is_answered_is_not_kept(name: str) -> None:
    properties = {"logicAppResourceId": "/x", name: "https://x/?sig=planted", "more": 1}
    page = {"value": [{"name": "a", "properties": properties}]}
    with answering(Reply(body=json.dumps(page).encode())) as (client, _):
        (action,) = client.actions(rule_id(1))
    assert action == {"name": "a", "properties": {"logicAppResourceId": "/x", "more": 1}}


@pytest.mark.parametrize(
    "item",
    [
        {"properties": {}},
        {"name": None, "properties": {}},
        {"name": 7, "properties": {}},
        {"name": "a", "properties": None},
        {"name": "a", "properties": []},
    ],
)
def test_what_no_snapshot_could_hold_is_no_playbook(item: dict[str, object]) -> None:
    reply = Reply(body=json.dumps({"value": [item]}).encode())
    with answering(reply) as (client, _), pytest.raises(UnintelligibleError, match="playbook"):
        client.actions(rule_id(1))


def test_playbooks_of_a_rule_whose_name_is_quoted_in_its_address_go_on() -> None:
    def answer(_method: str, path: str) -> Reply:
        page: dict[str, object] = {"value": [{"name": f"action {len(seen.requests)}"}]}
        if len(seen.requests) == 1:
            page["nextLink"] = f"{seen.url}{path}&$skipToken=2"
        return Reply(body=json.dumps(page).encode())

    with hostile_service(answer) as seen, rules_at(target_at(seen.url)) as client:
        assert len(client.actions("an odd rule")) == 2


def test_playbooks_do_not_go_on_in_another_list() -> None:
    def answer(_method: str, path: str) -> Reply:
        rules = f"{path.partition('/alertRules')[0]}/alertRules?api-version=2025-07-01-preview"
        return Reply(body=json.dumps({"value": [], "nextLink": f"{seen.url}{rules}"}).encode())

    with hostile_service(answer) as seen, rules_at(target_at(seen.url)) as client:
        with pytest.raises(UnintelligibleError):
            client.actions(rule_id(1))
        assert len(seen.requests) == 1


def test_an_answer_that_repeats_the_token_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SECRETS, "_tokens", {"eyJ0.planted.token"})
    rule = body(1) | {"name": rule_id(1), "note": "eyJ0.planted.token"}
    reply = Reply(body=json.dumps({"value": [rule]}).encode())
    with answering(reply) as (client, _), pytest.raises(UnintelligibleError) as caught:
        list(client.listed())
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize("odd", [{"properties": []}, {"kind": None}, {"name": 7}])
def test_what_could_not_be_rolled_back_is_not_written(
    tmp_path: Path, odd: dict[str, object]
) -> None:
    path = tmp_path / "snapshot.json"
    item = Item(ANALYTIC_RULES.name, body(1) | {"name": rule_id(1)} | odd)
    with pytest.raises(UnintelligibleError, match="no rule"):
        write_snapshot(path, "/w", datetime.now(UTC), [item])
    assert not path.exists()


def test_what_is_written_of_others_is_safe_to_look_at(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    rule = body(1) | {"name": rule_id(1), "note": "a\u202eb\u009bc\u200bd\u2028e"}
    write_snapshot(path, "/w", datetime.now(UTC), [Item(ANALYTIC_RULES.name, rule)])
    assert path.read_text("utf-8").isascii()
    assert read_snapshot(path, "/w").items == (Item(ANALYTIC_RULES.name, rule),)


def test_an_answer_is_read_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.azure.transport.MAX_ANSWER", 100_000)
    with (
        answering(Reply(body=b'{"value": []}' + b" " * 1_000_000)) as (client, _),
        pytest.raises(UnintelligibleError, match="larger than"),
    ):
        list(client.listed())


@pytest.mark.parametrize("part", ["head", "body"])
def test_an_answer_that_drips_ends_all_the_same(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.azure.transport.ANSWER_TIMEOUT", 0.1)
    monkeypatch.setattr("generator.azure.pipeline.BACKOFF_FACTOR", 0.001)
    # The whole of it would come in 20 seconds, and would then be another error.
    with (
        answering(Reply(body=b" " * 1000, drips=part, pause=0.02)) as (client, _),
        pytest.raises(UnreachableError, match="in time"),
    ):
        list(client.listed())


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=b'{"na', is_cut=True),
        Reply(body=b'{"na'),
        Reply(body=b""),
        Reply(body=b"\xff\xfe"),
        Reply(body=b'{"kind": "NRT"} x'),
    ],
)
def test_a_write_whose_answer_cannot_be_read_is_not_repeated_and_is_looked_for(
    reply: Reply,
) -> None:
    live = json.dumps(body(1) | {"name": rule_id(1), "etag": '"new"'}).encode()

    def answer(method: str, path: str) -> Reply:
        if method == "PUT":
            return reply
        one = path.partition("?")[0].endswith(rule_id(1))
        return Reply(body=live if one else b'{"value": [' + live + b"]}")

    action = Action(
        rule_id(1), "area/rule-0001", "Scheduled", ActionKind.UPDATE, '"old"', desired=body(1)
    )
    base = live_rule(rule_id(1), body(1, severity="Low") | {"etag": '"old"'})
    with hostile_service(answer) as seen, rules_at(target_at(seen.url)) as client:
        written = carry_out(client, action, base, DEPLOYMENT)
        (result,) = verify(
            client, [written], DEPLOYMENT, owned=frozenset([rule_id(1)]), concurrency=1
        ).results
    assert [method for method, *_ in seen.requests].count("PUT") == 1
    assert written.outcome is Outcome.FAILED
    assert result.outcome is Outcome.DONE


@pytest.mark.parametrize("name", [rule_id(2), "foreign", "\ufb00", 7, None, ""])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_an_answer_about_another_rule_is_none(method: str, name: object) -> None:
    reply = Reply(body=json.dumps(body(1) | {"name": name, "etag": '"a"'}).encode())
    with answering(reply) as (client, _), pytest.raises(UnintelligibleError, match="asked for"):
        client.get(rule_id(1)) if method == "GET" else client.put(rule_id(1), body(1), None)


def test_a_rule_is_answered_in_any_case_of_its_name() -> None:
    reply = Reply(body=json.dumps(body(1) | {"name": rule_id(1).upper()}).encode())
    with answering(reply) as (client, _):
        assert client.get(rule_id(1))["name"] == rule_id(1).upper()


@pytest.mark.parametrize("options", [{}, {"sure": True}], ids=str)
def test_what_is_asked_for_and_answered_as_another_rule_is_never_written_to(
    options: dict[str, bool],
) -> None:
    """A list without an etag, or a rollback, asks for a rule and is told of somebody else's."""
    foreign = body(7) | {"name": "somebody-elses", "etag": '"f"'}
    listed = {"value": [body(1) | {"name": rule_id(1)}, foreign]}

    def answer(_method: str, path: str) -> Reply:
        is_list = path.partition("?")[0] == RULES
        return Reply(body=json.dumps(listed if is_list else foreign).encode())

    with (
        hostile_service(answer) as seen,
        rules_at(target_at(seen.url)) as client,
        pytest.raises(UnintelligibleError, match="asked for"),
    ):
        read_now(client, [rule_id(1)], Reading(**options))
    assert all(method == "GET" for method, *_ in seen.requests)


def test_an_answer_that_cannot_be_read_is_asked_for_again_with_pauses(waits: list[float]) -> None:
    with (
        answering(Reply(body=b'{"na', is_cut=True)) as (client, seen),
        pytest.raises(UnintelligibleError),
    ):
        client.get(rule_id(1))
    assert 2 <= len(seen.requests) <= 4
    assert sum(waits) > 0


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_refused_and_nobody_else_is_asked(status: int) -> None:
    with hostile_service(lambda _m, _p: Reply()) as elsewhere:
        redirect = Reply(status, headers={"Location": f"{elsewhere.url}/steal"})
        with answering(redirect) as (client, _):
            with pytest.raises(UnintelligibleError, match="redirects to"):
                list(client.listed())
            with pytest.raises(UnintelligibleError, match="redirects to"):
                client.put(rule_id(1), body(1), None)
    assert elsewhere.requests == []


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.2:1/subscriptions",
        "https://example.com/{0}",
        "//example.com/x",
        "http://user@127.0.0.1/x",
        "file:///etc/passwd",
        "http://[broken",
    ],
)
def test_a_next_page_on_another_host_is_refused(link: str) -> None:
    page = Reply(body=json.dumps({"value": [], "nextLink": link}).encode())
    with answering(page) as (client, seen), pytest.raises(UnintelligibleError):
        list(client.listed())
    assert len(seen.requests) == 1


@pytest.mark.parametrize("path", ["/subscriptions/other?x=1", f"{RULES}/../../../secrets?x=1"])
def test_a_next_page_that_is_not_of_the_rules_is_refused(path: str) -> None:
    def answer(_method: str, _path: str) -> Reply:
        link = {"value": [], "nextLink": f"{seen.url}{path}"}
        return Reply(body=json.dumps(link).encode())

    with (
        hostile_service(answer) as seen,
        rules_at(target_at(seen.url)) as client,
        pytest.raises(UnintelligibleError, match="away from"),
    ):
        list(client.listed())
    assert len(seen.requests) == 1


@pytest.mark.parametrize("distinct", [False, True], ids=["circle", "endless"])
def test_pages_without_end_are_an_error(distinct: bool) -> None:
    count = 0

    def answer(_method: str, _path: str) -> Reply:
        nonlocal count
        count += 1
        mark = count if distinct else 1
        link = f"{seen.url}{RULES}?$skipToken={mark}"
        return Reply(body=json.dumps({"value": [], "nextLink": link}).encode())

    with (
        hostile_service(answer) as seen,
        rules_at(target_at(seen.url)) as client,
        pytest.raises(UnintelligibleError, match="circle"),
    ):
        list(client.listed())


def test_a_list_that_takes_longer_than_anybody_waits_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("generator.azure.client.LONGEST_LIST", -1.0)

    def answer(_method: str, path: str) -> Reply:
        return Reply(body=json.dumps({"value": [], "nextLink": f"{seen.url}{path}x"}).encode())

    with hostile_service(answer) as seen, rules_at(target_at(seen.url)) as client:
        with pytest.raises(UnintelligibleError, match="takes longer"):
            list(client.listed())
        assert len(seen.requests) == 1


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        *("2026-13-01", "2026-W01-1T", "\u0662\u0660\u0662\u0666-01-01", "", "now"),
        *(5, None, [], {}),
    ],
)
def test_a_date_that_no_calendar_has_is_untold(moment: object) -> None:
    rule = live_rule(rule_id(1), body(1, lastModifiedUtc=moment))
    assert rule.written is None


def test_braces_in_a_next_link_survive() -> None:
    def answer(_method: str, path: str) -> Reply:
        if "skipToken" in path:
            return Reply(body=b'{"value": []}')
        link = f'{seen.url}{RULES}?api-version=x&$skipToken={{"a":1}}'
        return Reply(body=json.dumps({"value": [], "nextLink": link}).encode())

    with hostile_service(answer) as seen, rules_at(target_at(seen.url)) as client:
        assert list(client.listed()) == []
    assert "%7B" in seen.requests[1][1]


def test_unknown_kinds_and_odd_names_are_read_and_left_alone() -> None:
    rules = [
        {
            "name": "BuiltInFusion",
            "kind": "Fusion",
            "properties": {"displayName": "F", "enabled": True},
        },
        {"name": "new", "kind": "Quantum", "properties": {"anything": [1]}, "etag": 5},
        {"name": "bare", "kind": "Scheduled"},
        {"name": "no kind", "properties": None},
    ]
    page = Reply(body=json.dumps({"value": rules}).encode())
    with answering(page) as (client, _):
        workspace = read_workspace(client.listed(), {"aaaa"})
    assert workspace.ours == {}
    assert {rule.kind for rule in workspace.foreign} == {"Fusion", "Quantum", "Scheduled", "None"}


@pytest.mark.parametrize("rule", [{"name": rule_id(1)}, {"name": 7}, {"kind": "NRT"}], ids=str)
def test_a_rule_of_ours_that_cannot_be_read_stops_the_plan(rule: dict[str, object]) -> None:
    page = Reply(body=json.dumps({"value": [rule]}).encode())
    wanted: KindContent = content(desired(1))
    with answering(page) as (client, _), pytest.raises(UnintelligibleError):
        read_workspace(client.listed(), wanted.owned)


@pytest.mark.parametrize(
    ("status", "code", "message", "kind"),
    [
        (400, "BadRequest", "Invalid query", InvalidError),
        (403, "AuthorizationFailed", "no", ForbiddenError),
        (401, "InvalidAuthenticationToken", "no", ForbiddenError),
        (409, "Conflict", "Newer data exists", ConflictError),
        (412, "PreconditionFailed", "etag", ConflictError),
        (
            409,
            "Conflict",
            "The rule was recently deleted, wait before re-using",
            RecentlyDeletedError,
        ),
        (404, "NotFound", "no workspace", InvalidError),
    ],
)
def test_errors_of_the_service_have_a_type_and_its_own_message(
    status: int, code: str, message: str, kind: type[ServiceError]
) -> None:
    with (
        answering(Reply(status, arm_error(code, message))) as (client, seen),
        pytest.raises(kind, match=message),
    ):
        list(client.listed())
    assert len(seen.requests) == 1


def test_a_message_of_ten_megabytes_is_cut_and_shown_on_one_line() -> None:
    message = "\x1b[31m red\r\n" + "x" * 10_000_000
    with (
        answering(Reply(400, arm_error("Bad", message))) as (client, _),
        pytest.raises(InvalidError) as error,
    ):
        client.get(rule_id(1))
    text = str(error.value)
    assert len(text) < 700
    assert "\x1b" not in text
    assert "\n" not in text


def test_waiting_longer_than_we_wait_is_throttling_at_once(waits: list[float]) -> None:
    reply = Reply(429, arm_error("TooMany", "slow"), {"Retry-After": "86400"})
    with answering(reply) as (client, seen), pytest.raises(ThrottledError):
        client.get(rule_id(1))
    assert len(seen.requests) == 1
    assert waits == []


def test_a_conflict_is_not_tried_again_whatever_it_says() -> None:
    reply = Reply(409, arm_error("Conflict", "busy"), {"Retry-After": "1"})
    with answering(reply) as (client, seen), pytest.raises(ConflictError):
        client.put(rule_id(1), body(1), '"e"')
    assert len(seen.requests) == 1


def test_nobody_at_the_address_is_known_at_once() -> None:
    with hostile_service(lambda _m, _p: Reply()) as seen:
        pass
    with (
        rules_at(target_at(seen.url)) as client,
        pytest.raises(UnreachableError, match="refused"),
    ):
        list(client.listed())


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a?b", "a%2fb", "a\\b", "a\nb"])
def test_a_name_that_would_lead_elsewhere_is_not_asked_for(name: str) -> None:
    with answering(Reply()) as (client, seen), pytest.raises(UnintelligibleError):
        client.get(name)
    assert seen.requests == []


def test_the_etag_goes_into_the_body_and_into_if_match() -> None:
    with answering(Reply(body=json.dumps(body(1)).encode())) as (client, seen):
        client.put(rule_id(1), body(1), '"e1"')
        client.put(rule_id(1), body(1), None)
        client.delete(rule_id(1), '"e1"')
    sent = [json.loads(text) for text in seen.bodies[:2]]
    assert [document.get("etag") for document in sent] == ['"e1"', None]
    assert [headers.get("If-Match") for _, _, headers in seen.requests] == ['"e1"', None, '"e1"']


def test_what_is_printed_holds_no_control_characters() -> None:
    assert printable("a\x1b[2Jb\u202ec\n\td") == r"a\x1b[2Jb\u202ec d"


def test_a_snapshot_of_everything_keeps_a_rule_whose_name_leads_nowhere() -> None:
    odd = [{"name": name, "kind": "Scheduled", "properties": {}} for name in ("a/b", "..", "")]
    nameless = {"kind": "Scheduled", "properties": {}}
    bodies = [*odd, nameless, body(0) | {"name": rule_id(0)}]
    with hostile_service(lambda *_: Reply(body=b'{"value": []}')) as seen:  # noqa: SIM117
        with ArmClient(target_at(seen.url), collections()) as arm:
            items = snapshot_items(arm, {ANALYTIC_RULES.name: bodies})
    assert [item.body for item in items] == bodies
    assert [item.actions for item in items] == [None, None, None, None, ()]
    assert len(seen.requests) == 1


def test_an_error_says_its_details_and_the_ids_by_which_support_finds_it() -> None:
    error = {
        "code": "BadRequest",
        "message": "Not valid",
        "details": [
            {"code": "InvalidQuery", "message": "no column X", "target": "query"},
            {"code": "InvalidPeriod", "message": "too\nshort\x1b[31m"},
            *({"code": "More", "message": f"number {n}"} for n in range(100)),
        ],
    }
    headers = {
        "x-ms-correlation-request-id": "11111111-2222-4333-8444-555555555555",
        "x-ms-request-id": "aaaaaaaa-2222-4333-8444-555555555555",
    }
    reply = Reply(400, json.dumps({"error": error}).encode(), headers)
    with answering(reply) as (client, _), pytest.raises(InvalidError) as raised:
        client.get(rule_id(1))
    text = str(raised.value)
    assert "BadRequest: Not valid [InvalidQuery: no column X; InvalidPeriod: too short" in text
    assert "correlation-request-id 11111111-2222-4333-8444-555555555555" in text
    assert "request-id aaaaaaaa-2222-4333-8444-555555555555" in text
    assert text.isprintable()
    assert len(text) < 1000


@pytest.mark.parametrize(
    "error",
    [
        {"code": "B", "message": "m", "details": "text"},
        {"code": "B", "message": "m", "details": [1, None, "x", {}]},
        {"code": "B", "message": "m", "details": {"a": 1}},
        {"code": 7, "message": ["m"]},
        {"code": "B", "message": "m", "additionalInfo": 7},
    ],
    ids=str,
)
def test_an_error_of_any_shape_is_an_error_of_ours(error: dict[str, object]) -> None:
    headers = {"x-ms-request-id": "no id; at\tall"}
    reply = Reply(400, json.dumps({"error": error}).encode(), headers)
    with answering(reply) as (client, _), pytest.raises(InvalidError) as raised:
        client.get(rule_id(1))
    assert "no id" not in str(raised.value)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "InvalidApiVersionParameter"),
        (400, "NoRegisteredProviderFound"),
        (404, "InvalidResourceType"),
    ],
)
def test_a_cloud_that_lacks_the_api_version_is_told_so(status: int, code: str) -> None:
    reply = Reply(status, arm_error(code, "The supported api-versions are '2024-09-01'."))
    for call in (
        lambda client: list(client.listed()),
        lambda client: client.put(rule_id(1), body(1), None),
    ):
        with answering(reply) as (client, _), pytest.raises(InvalidError) as raised:
            call(client)
        assert "does not know API version 2025-" in str(raised.value)
        assert "SENTINELGEN_API_VERSION" in str(raised.value)
        assert "2024-09-01" in str(raised.value)


def _versions(seen: Hostile) -> list[tuple[str, str]]:
    return [
        (method, parse_qs(urlsplit(path).query)["api-version"][0])
        for method, path, _ in seen.requests
    ]


def test_each_rule_is_written_with_the_version_of_its_artifact_and_read_with_the_preview() -> None:
    with answering(Reply(body=json.dumps(body(1)).encode())) as (client, seen):
        client.put(rule_id(1), body(1), None)
        client.put(rule_id(1), body(1, kind="NRT"), None)
        client.put(rule_id(1), body(1), None, over=body(1, subTechniques=["T1098.001"]))
        client.get(rule_id(1))
        client.delete(rule_id(1), None)
    stable, preview = "2025-09-01", "2025-07-01-preview"
    assert _versions(seen) == [
        ("PUT", stable),
        ("PUT", preview),
        ("PUT", preview),
        ("GET", preview),
        ("DELETE", preview),
    ]


def test_another_version_can_be_set_and_never_takes_a_part_of_a_rule_away() -> None:
    with (
        hostile_service(lambda _m, _p: Reply(body=json.dumps(body(1)).encode())) as seen,
        rules_at(target_at(seen.url), api_version="2024-09-01") as client,
    ):
        client.put(rule_id(1), body(1), None)
        client.get(rule_id(1))
        with pytest.raises(InvalidError, match="2024-09-01"):
            client.put(rule_id(1), body(1, kind="NRT"), None)
    assert _versions(seen) == [("PUT", "2024-09-01"), ("GET", "2024-09-01")]


@pytest.mark.parametrize(
    ("status", "code", "kind", "advice"),
    [
        (409, "ScopeLocked", InvalidError, "a lock forbids this"),
        (409, "MissingSubscriptionRegistration", InvalidError, "az provider register"),
        (409, "SubscriptionNotRegistered", InvalidError, "az provider register"),
        (409, "ReadOnlyDisabledSubscription", InvalidError, "subscription is disabled"),
        (404, "ResourceGroupNotFound", InvalidError, "the target is not there"),
        (404, "SubscriptionNotFound", InvalidError, "the target is not there"),
        (403, "DenyAssignmentAuthorizationFailed", ForbiddenError, "deny assignment"),
        (403, "RequestDisallowedByPolicy", ForbiddenError, "a policy of the subscription"),
        (409, "SomethingNew", ConflictError, "refuses this as a conflict"),
    ],
)
def test_what_has_nothing_to_do_with_the_rule_is_not_called_a_change_of_it(
    status: int, code: str, kind: type[ServiceError], advice: str
) -> None:
    with (
        answering(Reply(status, arm_error(code, "told by the service"))) as (client, _),
        pytest.raises(kind, match=advice) as error,
    ):
        client.put(rule_id(1), body(1), '"e"')
    assert "changed meanwhile" not in str(error.value)
    assert "told by the service" in str(error.value)


def test_a_resource_group_that_is_gone_is_no_deleted_rule() -> None:
    gone = Reply(404, arm_error("ResourceGroupNotFound", "no group"))
    with answering(gone) as (client, _), pytest.raises(InvalidError):
        client.delete(rule_id(1), '"e"')


def test_a_workspace_that_is_gone_is_no_deleted_rule() -> None:
    said = "The Resource 'Microsoft.OperationalInsights/workspaces/ws' was not found."
    gone = Reply(404, arm_error("ResourceNotFound", said))
    with answering(gone) as (client, _), pytest.raises(InvalidError, match="target is not there"):
        client.delete(rule_id(1), '"e"')
    rule = f"{said.removesuffix(' was not found.')}/providers/x/alertRules/1 was not found."
    with answering(Reply(404, arm_error("ResourceNotFound", rule))) as (client, _):
        client.delete(rule_id(1), '"e"')


@pytest.mark.parametrize("verbose", [False, True])
def test_tracebacks_of_the_sdk_are_for_those_who_ask_for_its_log(
    verbose: bool, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What nobody handles goes to stderr; pytest's own handlers would hide that.
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    for name in ("azure", "msal", "urllib3"):
        monkeypatch.setattr(logging.getLogger(name), "handlers", [])
    SECRETS.remember("planted-token-2")
    tenant = Tenant("lab", SourceText("lab.yaml", ""), target_at("http://127.0.0.1:1"), {})
    with connected(tenant, verbose=verbose):
        for name in ("azure.core", "azure.identity", "msal.oauth2", "urllib3.connection"):
            error = ValueError("planted-token-2")
            error.__traceback__ = TracebackType(None, sys._getframe(), 0, 1)
            logging.getLogger(name).error("it went wrong", exc_info=error)
    shown = capfd.readouterr().err
    assert ("it went wrong" in shown) == verbose
    assert ("Traceback" in shown) == verbose
    assert "planted-token-2" not in shown
