"""The API without a socket against a model of a few lines: no sequence of requests may differ."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from generator.emulator.alert_rules import AlertRulesApi
from generator.emulator.fresh_workspace import ApiSettings
from generator.emulator.messages import Answer, RefusedError, Request
from generator.emulator.resource_ids import ALERT_RULES, parse_path
from generator.emulator.store import Store
from tests.emulator.conftest import PREVIEW, PlainClient, rule_fixture

NAMES = st.sampled_from(["a", "B", "b", "c"])
CHOICES = st.sampled_from(["none", "current", "older", "star", "unknown"])
STEPS = st.lists(
    st.tuples(st.sampled_from(["PUT", "DELETE", "GET"]), NAMES, CHOICES, CHOICES), max_size=25
)
ROOT = PlainClient(0).rules_path


def _answer(api: AlertRulesApi, request: Request) -> Answer:
    try:
        return api.answer(request, parse_path(request.path, [ALERT_RULES]))
    except RefusedError as refused:
        return refused.answer()


def _etag(choice: str, seen: list[str]) -> str | None:
    current = seen[-1] if seen else '"none"'
    older = seen[0] if len(seen) > 1 else '"none"'
    return {"current": current, "older": older, "star": "*", "unknown": '"?"'}.get(choice)


def _matches(etag: str | None, live: str | None) -> bool:
    return etag is None or (live is not None and etag in ("*", live))


@settings(max_examples=150)
@given(STEPS)
def test_etags_decide_every_write(steps: list[tuple[str, str, str, str]]) -> None:
    store = Store()
    api = AlertRulesApi(store, ApiSettings(now=lambda: datetime(2026, 1, 31, tzinfo=UTC)))
    live: dict[str, str] = {}
    seen: dict[str, list[str]] = {}
    for method, name, in_header, in_body in steps:
        key = name.lower()
        header, body = _etag(in_header, seen.get(key, [])), _etag(in_body, seen.get(key, []))
        rule = rule_fixture("scheduled_rule") | ({"etag": body} if body else {})
        request = Request(
            method,
            f"{ROOT}/{name}",
            {"api-version": PREVIEW},
            {"if-match": header} if header else {},
            json.dumps(rule).encode(),
        )
        answer = _answer(api, request)
        if method == "GET":
            assert answer.status == (200 if key in live else 404)
        elif not _matches(header, live.get(key)):
            assert answer.status == 412
        elif method == "DELETE":
            assert answer.status == (200 if live.pop(key, None) else 204)
        elif not _matches(body, live.get(key)):
            assert answer.status == 409
        else:
            assert answer.status == (200 if key in live else 201)
            live[key] = answer.document["etag"]
            assert live[key] not in seen.setdefault(key, [])
            seen[key].append(live[key])
    listed = _answer(api, Request("GET", ROOT, {"api-version": PREVIEW})).document["value"]
    ours = {rule["name"].lower(): rule["etag"] for rule in listed if len(rule["name"]) == 1}
    store.close()
    assert ours == live
