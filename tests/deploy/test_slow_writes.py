"""A write that takes longer than an answer is waited for is looked for, not repeated."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from generator.deploy.results import Outcome
from tests.deploy.conftest import Lab
from tests.deploy.rules import content, desired, rule_id
from tests.deploy.test_deployment import THREE, deploy, is_live, outcomes

SLOW = {"on": "PUT *", "latencyMs": 1500}


@pytest.fixture(autouse=True)
def _short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.azure.transport.READ_TIMEOUT", 0.5)
    monkeypatch.setattr("generator.deploy.write_rule.SILENT_PAUSES", (0.5,) * 20)


def writes(lab: Lab) -> int:
    with urllib.request.urlopen(f"{lab.portal.url}/_emulator/requests") as answer:  # noqa: S310
        counts: dict[str, int] = json.load(answer)["requests"]
    return sum(count for name, count in counts.items() if name.startswith("PUT "))


@pytest.mark.parametrize("times", [1, 3])
def test_a_slow_write_is_done_once(make_lab: Callable[..., Lab], times: int) -> None:
    lab = make_lab(faults=[{**SLOW, "times": times}])
    deployment = deploy(lab, THREE)
    assert set(outcomes(deployment).values()) == {Outcome.DONE}
    assert deployment.is_complete
    assert is_live(lab.portal, THREE)
    assert writes(lab) == 3


def test_a_slow_update_and_a_slow_change_of_kind_are_done_once(
    make_lab: Callable[..., Lab],
) -> None:
    slow = make_lab(faults=[SLOW])
    for rule in THREE.desired:
        slow.portal.call("PUT", f"/{rule.id}", rule.body)
    changed = content(desired(0, severity="High"), desired(1, kind="NRT"), desired(2))
    before = writes(slow)
    assert deploy(slow, changed, recreate=frozenset({rule_id(1)})).is_complete
    assert is_live(slow.portal, changed)
    assert writes(slow) == before + 2


def test_a_write_that_never_comes_is_said_to_be_unknown(
    make_lab: Callable[..., Lab], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.deploy.write_rule.SILENT_PAUSES", (0.01,))
    monkeypatch.setattr("generator.deploy.verify.PAUSES", (0.01,))
    lab = make_lab(faults=[{**SLOW, "latencyMs": 20_000, "times": 1}])
    one = replace(THREE, desired=THREE.desired[:1])
    (result,) = deploy(lab, one).results
    assert result.outcome is Outcome.FAILED
    assert "is not known" in (result.error or "")


def test_reading_is_tried_again_after_a_silence(make_lab: Callable[..., Lab]) -> None:
    fault: dict[str, Any] = {"on": "GET *", "latencyMs": 1500, "times": 1}
    lab = make_lab(faults=[fault])
    assert deploy(lab, THREE).is_complete
