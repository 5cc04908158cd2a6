from __future__ import annotations

import re

import pytest

from generator.kql.analysis import DiagnosticKind
from generator.kql.schemas.builtin import (
    STANDARD_COLUMNS,
    builtin_environment,
    defender_tables,
)
from generator.kql_service.bundle import KqlUnavailableError, find_bundle
from generator.kql_service.service import KqlService

TYPES = {
    "bool",
    "datetime",
    "decimal",
    "dynamic",
    "guid",
    "int",
    "long",
    "real",
    "string",
    "timespan",
}


def test_every_table_has_the_standard_columns_once() -> None:
    for table in builtin_environment().tables.values():
        names = [name for name, _ in table.columns]
        assert len(names) == len(set(names)), table.name
        assert {name for name, _ in STANDARD_COLUMNS} <= set(names)


def test_every_column_has_a_type_of_kql() -> None:
    tables = builtin_environment().tables.values()
    assert {type_ for table in tables for _, type_ in table.columns} <= TYPES


@pytest.mark.parametrize("column", ["DeviceDetail", "LocationDetails", "Status", "MfaDetail"])
def test_sign_in_details_are_dynamic_in_one_table_and_text_in_the_other(column: str) -> None:
    tables = builtin_environment().tables
    assert dict(tables["SigninLogs"].columns)[column] == "dynamic"
    assert dict(tables["AADNonInteractiveUserSignInLogs"].columns)[column] == "string"


@pytest.fixture(scope="module")
def service() -> KqlService:
    try:
        find_bundle()
    except KqlUnavailableError as error:
        pytest.skip(str(error))
    return KqlService(builtin_environment())


def test_every_function_can_be_called_without_arguments(service: KqlService) -> None:
    names = [name for name in builtin_environment().functions if name != "FileProfile"]
    analyses = service.analyze_many([f"{name}() | take 1" for name in names])
    assert {
        name: analysis.diagnostics
        for name, analysis in zip(names, analyses, strict=True)
        if analysis.diagnostics
    } == {}


def test_agents_tables_have_the_management_groups_old_column() -> None:
    for name in ("Event", "SecurityEvent"):
        assert "MG" in dict(builtin_environment().tables[name].columns)


def test_a_table_whose_columns_depend_on_who_sends_is_open() -> None:
    table = builtin_environment().tables["AzureDiagnostics"]
    assert table.is_open
    assert dict(table.columns)["Category"] == "string"


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("AZFWApplicationRule", "Fqdn"),
        ("AZFWNetworkRule", "DestinationIp"),
        ("CopilotActivity", "LLMEventData"),
        ("AWSVPCFlow", "SrcAddr"),
        ("Perf", "CounterValue"),
    ],
)
def test_current_tables_are_known_with_their_columns(table: str, column: str) -> None:
    assert column in dict(builtin_environment().tables[table].columns)


def test_a_table_without_listed_columns_is_open_and_has_the_standard_ones() -> None:
    table = builtin_environment().tables["BehaviorInfo"]
    assert table.is_open
    assert table.columns == STANDARD_COLUMNS


def test_no_table_of_defender_alone_is_also_one_of_sentinel() -> None:
    known = {name.casefold() for name in builtin_environment().tables}
    assert known.isdisjoint(defender_tables())
    assert {"entraidsigninevents", "graphapiauditevents", "exposuregraphnodes"} <= set(
        defender_tables()
    )


def test_what_sentinel_has_instead_of_a_table_of_defender_is_there() -> None:
    for instead in defender_tables().values():
        names = re.split(r", | and | or ", instead) if instead else []
        assert set(names) <= set(builtin_environment().tables)


def test_columns_of_open_tables_are_no_errors(service: KqlService) -> None:
    queries = [
        "AzureDiagnostics | where requestUri_s has 'x' | project httpStatus_d",
        "CampaignInfo | project CampaignName",
        "Event | project-away MG, ManagementGroupName",
        "SecurityEvent | project-away MG",
    ]
    assert [one.diagnostics for one in service.analyze_many(queries)] == [()] * len(queries)


def test_a_column_that_a_listed_table_lacks_stays_an_error(service: KqlService) -> None:
    (found,) = service.analyze("AZFWNetworkRule | project Fqdn").diagnostics
    assert found.kind is DiagnosticKind.UNKNOWN_COLUMN
