"""Where the language service knows one form less than the engine, the engine's is added."""

from __future__ import annotations

import pytest

from generator.kql_service.service import KqlService


@pytest.mark.parametrize(
    ("expression", "kql_type"),
    [
        ('column_ifexists("LocationDetails", "").city', "dynamic"),
        ('column_ifexists("TimeGenerated", "")', "datetime"),
        ('column_ifexists("Missing", "")', "string"),
        ('column_ifexists("Missing", dynamic(null)).city', "dynamic"),
        ('columnifexists("TimeGenerated", "")', "datetime"),
        ('todynamic(dynamic({"a": 1})).a', "dynamic"),
        ("toobject(pack_array(1, 2))[0]", "dynamic"),
        ('todynamic("[1]")[0]', "dynamic"),
    ],
)
def test_the_expression_binds_with_this_type(
    service: KqlService, expression: str, kql_type: str
) -> None:
    analysis = service.analyze(f"SigninLogs | project x = {expression}")
    assert analysis.diagnostics == ()
    assert analysis.columns is not None
    assert [column.type for column in analysis.columns] == [kql_type]


def test_a_column_that_only_the_data_may_bring_can_have_members(service: KqlService) -> None:
    query = (
        "SigninLogs | evaluate bag_unpack(LocationDetails)"
        ' | extend x = column_ifexists("geoCoordinates", "").latitude'
    )
    assert service.analyze(query).diagnostics == ()


def test_a_default_of_text_has_no_members(service: KqlService) -> None:
    query = 'SigninLogs | extend x = column_ifexists("Missing", "").city'
    assert [item.code for item in service.analyze(query).diagnostics] == ["KS142"]


def test_count_of_a_value_binds_and_has_the_value_in_its_name(service: KqlService) -> None:
    analysis = service.analyze("SigninLogs | summarize count(UserId), count(), count(1 > 2)")
    assert analysis.diagnostics == ()
    assert analysis.columns is not None
    assert [column.name for column in analysis.columns] == ["count_UserId", "count_", "count_1"]


@pytest.mark.parametrize(
    "options",
    [
        '"d_", "replace_source"',
        '"d_", "keep_source", dynamic(["browser"])',
        'columnsConflict="replace_source"',
        'ignoredProperties=dynamic(["browser"])',
        'OutputColumnPrefix="d_", columnsConflict="error", ignoredProperties=dynamic([])',
        '"d_", ignoredProperties=dynamic(["browser"])',
    ],
)
def test_bag_unpack_takes_every_option_of_its_page(service: KqlService, options: str) -> None:
    """Source: https://learn.microsoft.com/kusto/query/bag-unpack-plugin."""
    analysis = service.analyze(f"SigninLogs | evaluate bag_unpack(DeviceDetail, {options})")
    assert analysis.diagnostics == ()
    assert analysis.columns is not None
    assert "DeviceDetail" not in {column.name for column in analysis.columns}


@pytest.mark.parametrize("arguments", ["", "DeviceDetail, 5", "DeviceDetail, 'a', 'b', 'c', 'd'"])
def test_bag_unpack_takes_nothing_else(service: KqlService, arguments: str) -> None:
    query = f"SigninLogs | evaluate bag_unpack({arguments})"
    assert service.analyze(query).diagnostics != ()
