from __future__ import annotations

import pytest

from generator.kql.schemas.builtin import STANDARD_COLUMNS, builtin_environment
from generator.kql.service.bundle import KqlUnavailableError, find_bundle
from generator.kql.service.service import KqlService

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


def test_every_function_can_be_called_without_arguments() -> None:
    try:
        find_bundle()
    except KqlUnavailableError as error:
        pytest.skip(str(error))
    names = [name for name in builtin_environment().functions if name != "FileProfile"]
    service = KqlService(builtin_environment())
    analyses = service.analyze_many([f"{name}() | take 1" for name in names])
    assert {
        name: analysis.diagnostics
        for name, analysis in zip(names, analyses, strict=True)
        if analysis.diagnostics
    } == {}
