"""Misspelt connector ids are told from those that nobody here knows."""

from __future__ import annotations

import json
import re
from importlib import resources

import pytest

from generator.vocabulary.connectors import connector_ids, connector_meant

FACTS = json.loads(
    resources.files("generator.vocabulary").joinpath("connectors.json").read_text("utf-8")
)


def test_the_file_says_where_its_facts_are_from_and_when() -> None:
    assert FACTS["about"]["source"]
    assert re.fullmatch(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}", FACTS["about"]["written"])


@pytest.mark.parametrize("known", sorted(connector_ids()))
def test_no_published_id_is_called_misspelt(known: str) -> None:
    assert connector_meant(known) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("AzureActiveDirectry", "AzureActiveDirectory"),
        ("azureactivedirectory", "AzureActiveDirectory"),
        ("Azure Active Directory", "AzureActiveDirectory"),
        ("Office-365", "Office365"),
        ("SecurityEvent", "SecurityEvents"),
        ("MicrosoftThreatPortection", "MicrosoftThreatProtection"),
    ],
)
def test_a_slip_of_the_hand_is_told_with_what_was_meant(written: str, meant: str) -> None:
    assert connector_meant(written) == meant


@pytest.mark.parametrize("own", ["ContosoBadgeReader", "Syslog2", "F7", "AzureMonitor", ""])
def test_an_id_near_nothing_may_be_a_connector_of_ones_own(own: str) -> None:
    assert connector_meant(own) is None
