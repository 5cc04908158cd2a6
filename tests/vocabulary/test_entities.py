from __future__ import annotations

import pytest

from generator.vocabulary.entities import entity_types


def test_required_combinations_use_the_types_own_identifiers() -> None:
    for entity_type in entity_types().values():
        assert entity_type.any_of
        for combination in entity_type.any_of:
            assert entity_type.identifiers.issuperset(combination)


@pytest.mark.parametrize(
    ("entity", "identifiers", "enough"),
    [
        ("Account", {"Name", "UPNSuffix"}, True),
        ("Account", {"UPNSuffix"}, False),
        ("FileHash", {"Value"}, False),
        ("FileHash", {"Algorithm", "Value"}, True),
        ("IP", {"Address"}, True),
        ("IP", {"AddressScope"}, False),
    ],
)
def test_identifiers_make_an_entity_or_not(
    entity: str, identifiers: set[str], enough: bool
) -> None:
    assert entity_types()[entity].is_identified_by(frozenset(identifiers)) is enough
