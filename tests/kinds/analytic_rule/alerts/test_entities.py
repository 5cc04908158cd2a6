from __future__ import annotations

import pytest

from generator.kinds.alerts import Entity
from generator.kinds.analytic_rule.alerts.entities import entities_of
from tests.detection_tests.rules import mapping, rule

ACCOUNT = mapping("Account", Name="User", UPNSuffix="Domain")


def test_identifiers_stand_in_the_order_of_the_mapping_without_empty_ones() -> None:
    rows = [{"User": "ana", "Domain": "contoso.example"}, {"User": "ben", "Domain": ""}]
    assert entities_of(rule(entity_mappings=(ACCOUNT,)), rows, []) == (
        Entity("Account", (("Name", "ana"), ("UPNSuffix", "contoso.example"))),
        Entity("Account", (("Name", "ben"),)),
    )


def test_an_entity_that_nothing_identifies_is_dropped_with_a_note() -> None:
    notes: list[str] = []
    rows = [{"User": "", "Domain": "contoso.example"}]
    assert entities_of(rule(entity_mappings=(ACCOUNT,)), rows, notes) == ()
    assert "UPNSuffix" in notes[0]


def test_a_row_without_any_identifier_is_no_reason_for_a_note() -> None:
    notes: list[str] = []
    assert entities_of(rule(entity_mappings=(ACCOUNT,)), [{"User": None}], notes) == ()
    assert notes == []


@pytest.mark.parametrize("name", ["root", "Administrator", "LOCAL SYSTEM"])
def test_accounts_with_generic_names_are_dropped(name: str) -> None:
    notes: list[str] = []
    assert entities_of(rule(entity_mappings=(ACCOUNT,)), [{"User": name}], notes) == ()
    assert name in notes[0]


def test_the_same_entity_of_two_rows_or_mappings_is_one() -> None:
    mappings = (mapping("IP", Address="Source"), mapping("IP", Address="Target"))
    rows = [{"Source": "203.0.113.1", "Target": "203.0.113.1"}] * 2
    assert len(entities_of(rule(entity_mappings=mappings), rows, [])) == 1


def test_five_hundred_entities_are_split_equally_among_the_mappings() -> None:
    mappings = (mapping("IP", Address="Source"), mapping("Host", HostName="Host"))
    rows = [{"Source": f"10.0.{n // 250}.{n % 250}", "Host": f"h{n % 3}"} for n in range(400)]
    notes: list[str] = []
    found = entities_of(rule(entity_mappings=mappings), rows, notes)
    assert sum(entity.type == "IP" for entity in found) == 250
    assert sum(entity.type == "Host" for entity in found) == 3
    assert len(notes) == 1


def test_entities_hold_64_kilobytes() -> None:
    notes: list[str] = []
    rows = [{"Url": f"https://example.com/{n}/{'x' * 2000}"} for n in range(100)]
    found = entities_of(rule(entity_mappings=(mapping("URL", Url="Url"),)), rows, notes)
    assert 20 < len(found) < 33
    assert notes
