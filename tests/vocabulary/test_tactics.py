from __future__ import annotations

import re

import pytest

from generator.vocabulary.tactics import DEPRECATED_TACTICS, tactic_names, tactics_by_technique


def test_every_technique_is_an_id_without_a_sub_technique() -> None:
    assert all(re.fullmatch(r"T[0-9]{4}", technique) for technique in tactics_by_technique())


def test_replacements_of_deprecated_tactics_exist() -> None:
    for old, new in DEPRECATED_TACTICS.items():
        assert {old, *new} <= set(tactic_names())


@pytest.mark.parametrize(
    ("technique", "tactic"),
    [
        ("T1098", "PrivilegeEscalation"),
        ("T1556", "DefenseEvasion"),
        ("T1621", "CredentialAccess"),
        ("T1648", "Execution"),
        ("T1651", "Execution"),
        ("T1656", "DefenseEvasion"),
        ("T1657", "Impact"),
        ("T1613", "Discovery"),
    ],
)
def test_newer_assignments_of_attack_are_known(technique: str, tactic: str) -> None:
    assert tactic in tactics_by_technique()[technique]
