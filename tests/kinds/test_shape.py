from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.kinds import shape as shapes
from generator.kinds.analytic_rule.shape import SHAPE
from generator.kinds.shape import Each, Members, Names, Shape, Unordered, WhereSaid
from tests.deploy.rules import body

TEXT = st.text(max_size=12)
WORD = st.sampled_from(["A", "B", "C", "D"])
DURATION = st.sampled_from(["PT5M", "PT1H", "P1D", "PT5H", "P7D"])


def _optional(members: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=members)


GROUPING = _optional(
    {
        "enabled": st.booleans(),
        "reopenClosedIncident": st.booleans(),
        "lookbackDuration": DURATION,
        "matchingMethod": WORD,
        "groupByEntities": st.lists(WORD, max_size=3),
        "groupByAlertDetails": st.lists(WORD, max_size=3),
        "groupByCustomDetails": st.lists(WORD, max_size=3),
    }
)
PROPERTIES = _optional(
    {
        "displayName": TEXT,
        "description": TEXT,
        "severity": WORD,
        "enabled": st.booleans(),
        "query": TEXT,
        "queryFrequency": DURATION,
        "queryPeriod": DURATION,
        "triggerOperator": WORD,
        "triggerThreshold": st.integers(0, 10),
        "suppressionDuration": DURATION,
        "suppressionEnabled": st.booleans(),
        "tactics": st.lists(WORD, max_size=3),
        "techniques": st.lists(WORD, max_size=3),
        "subTechniques": st.lists(WORD, max_size=3),
        "entityMappings": st.lists(
            st.fixed_dictionaries(
                {
                    "entityType": WORD,
                    "fieldMappings": st.lists(
                        st.fixed_dictionaries({"identifier": WORD, "columnName": WORD}), max_size=2
                    ),
                }
            ),
            max_size=3,
        ),
        "customDetails": st.dictionaries(WORD, WORD, max_size=3),
        "alertDetailsOverride": _optional(
            {
                "alertDisplayNameFormat": TEXT,
                "alertDescriptionFormat": TEXT,
                "alertTacticsColumnName": WORD,
                "alertSeverityColumnName": WORD,
                "alertDynamicProperties": st.lists(
                    st.fixed_dictionaries({"alertProperty": WORD, "value": WORD}), max_size=2
                ),
            }
        ),
        "eventGroupingSettings": _optional({"aggregationKind": WORD}),
        "incidentConfiguration": _optional(
            {"createIncident": st.booleans(), "groupingConfiguration": GROUPING}
        ),
        "sentinelEntitiesMappings": st.lists(
            st.fixed_dictionaries({"columnName": WORD}), max_size=2
        ),
    }
)
BODIES = st.fixed_dictionaries(
    {"kind": st.sampled_from(["Scheduled", "NRT"]), "properties": PROPERTIES}
)
ENVELOPE = {"id": "/x", "name": "n", "etag": '"e"', "type": "t"}


def _as_the_service_returns_it(sent: dict[str, Any]) -> dict[str, Any]:
    filled = {"tactics": None, "description": None, "alertRuleTemplateName": None}
    properties = {**filled, **copy.deepcopy(sent["properties"]), "lastModifiedUtc": "2026-01-01"}
    grouping = properties.get("incidentConfiguration", {}).get("groupingConfiguration")
    for name in ("groupByEntities", "groupByAlertDetails", "groupByCustomDetails"):
        if grouping is not None:
            grouping.setdefault(name, None)
    return {**ENVELOPE, "kind": sent["kind"], "properties": properties}


@given(BODIES)
def test_what_comes_back_and_is_sent_again_stays_the_same(sent: dict[str, Any]) -> None:
    returned = _as_the_service_returns_it(sent)
    again = _as_the_service_returns_it(SHAPE.merged(returned, sent))
    assert SHAPE.normalise(returned) == SHAPE.normalise(sent) == SHAPE.normalise(again)
    assert SHAPE.changes(returned, sent) == ()


@given(BODIES, BODIES)
def test_there_are_changes_exactly_when_normalised_rules_differ(
    live: dict[str, Any], wanted: dict[str, Any]
) -> None:
    assert (SHAPE.changes(live, wanted) == ()) == (SHAPE.normalise(live) == SHAPE.normalise(wanted))
    assert SHAPE.same(live, wanted) == (SHAPE.changes(live, wanted) == ())


@given(BODIES, BODIES)
def test_writing_what_is_desired_leaves_nothing_to_change(
    live: dict[str, Any], wanted: dict[str, Any]
) -> None:
    assert SHAPE.changes(_as_the_service_returns_it(SHAPE.merged(live, wanted)), wanted) == ()


FULL = body(
    1,
    customDetails={"Who": "Caller", "Where": "Place"},
    entityMappings=[
        {"entityType": "IP", "fieldMappings": [{"identifier": "Address", "columnName": "Ip"}]},
        {"entityType": "Account", "fieldMappings": [{"identifier": "Name", "columnName": "User"}]},
    ],
    subTechniques=["T1098.001"],
    alertDetailsOverride={
        "alertDisplayNameFormat": "a {{b}}",
        "alertDescriptionFormat": "c {{d}}",
        "alertTacticsColumnName": "T",
        "alertSeverityColumnName": "S",
        "alertDynamicProperties": [{"alertProperty": "AlertLink", "value": "Link"}],
    },
    eventGroupingSettings={"aggregationKind": "AlertPerResult"},
    incidentConfiguration={
        "createIncident": True,
        "groupingConfiguration": {
            "enabled": True,
            "reopenClosedIncident": False,
            "lookbackDuration": "PT5H",
            "matchingMethod": "Selected",
            "groupByEntities": ["IP"],
            "groupByAlertDetails": ["Severity"],
            "groupByCustomDetails": ["Who"],
        },
    },
    sentinelEntitiesMappings=[{"columnName": "Entities"}],
)


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in _leaves(item, (*path, key))]
    if isinstance(value, list):
        return [leaf for index, item in enumerate(value) for leaf in _leaves(item, (*path, index))]
    return [path]


def _holder(document: Any, path: tuple[str | int, ...]) -> Any:
    for step in path[:-1]:
        document = document[step]
    return document


@pytest.mark.parametrize("path", _leaves(FULL), ids=lambda path: ".".join(map(str, path)))
def test_every_value_that_an_author_writes_shows_when_it_changes(
    path: tuple[str | int, ...],
) -> None:
    edited = copy.deepcopy(FULL)
    holder = _holder(edited, path)
    old = holder[path[-1]]
    if isinstance(old, bool):
        new: Any = not old
    elif isinstance(old, int):
        new = old + 1
    else:
        new = "PT7M" if str(old).startswith("P") and old[1:2] in "T0123456789" else f"{old}x"
    holder[path[-1]] = new
    found = SHAPE.changes(edited, FULL)
    assert len(found) == 1
    assert found[0].path.split(".")[:2] == [str(step) for step in path[:2]]


@pytest.mark.parametrize("name", FULL["properties"])
def test_every_member_shows_when_it_is_taken_away_or_added_in_the_portal(name: str) -> None:
    without = copy.deepcopy(FULL)
    del without["properties"][name]
    assert all(c.path.startswith(f"properties.{name}") for c in SHAPE.changes(without, FULL))
    assert SHAPE.changes(without, FULL)
    assert SHAPE.changes(FULL, without)


def test_spellings_that_mean_the_same_are_no_change() -> None:
    live = body(
        1,
        query="SigninLogs\r\n| where ResultType == 1\r\n\r\n  ",
        queryFrequency="PT60M",
        queryPeriod="PT02H00M00S",
        suppressionDuration="PT05H00M00S",
        triggerThreshold="0",
        tactics=["Persistence"],
        customDetails={},
        entityMappings=[],
        eventGroupingSettings=None,
    )
    assert SHAPE.changes(live, body(1)) == ()


@pytest.mark.parametrize(
    "query",
    [
        "SigninLogs\n| where  ResultType == 1",
        " SigninLogs\n| where ResultType == 1",
        "SigninLogs \n| where ResultType == 1",
        "SigninLogs\n\n| where ResultType == 1",
        "SigninLogs\r| where ResultType == 1",
        "signinlogs\n| where ResultType == 1",
    ],
)
def test_in_queries_nothing_else_is_overlooked(query: str) -> None:
    assert [change.path for change in SHAPE.changes(body(1, query=query), body(1))] == [
        "properties.query"
    ]


def test_a_text_of_one_differs_from_true() -> None:
    assert SHAPE.changes(body(1, enabled=1), body(1))


def test_a_changed_enabled_comes_first() -> None:
    found = SHAPE.changes(body(1, enabled=False, severity="Low", displayName="X"), body(1))
    assert found[0].path == "properties.enabled"


def test_members_that_nobody_knows_are_kept_and_are_no_drift() -> None:
    live = {
        **ENVELOPE,
        **body(
            1,
            newFeature={"deep": [1, None]},
            incidentConfiguration={"createIncident": True, "newSwitch": "on"},
            entityMappings=[
                {
                    "entityType": "IP",
                    "newPart": 1,
                    "fieldMappings": [{"identifier": "Address", "columnName": "A"}],
                }
            ],
        ),
    }
    wanted = body(
        1,
        severity="High",
        incidentConfiguration={"createIncident": False},
        entityMappings=[
            {"entityType": "IP", "fieldMappings": [{"identifier": "Address", "columnName": "A"}]}
        ],
    )
    assert [change.path for change in SHAPE.changes(live, wanted)] == [
        "properties.severity",
        "properties.incidentConfiguration.createIncident",
    ]
    sent = SHAPE.merged(live, wanted)["properties"]
    assert sent["newFeature"] == {"deep": [1, None]}
    assert sent["incidentConfiguration"] == {"createIncident": False, "newSwitch": "on"}
    assert sent["entityMappings"][0]["newPart"] == 1


def test_a_grouping_added_in_the_portal_is_taken_away_by_an_update() -> None:
    live = body(1, incidentConfiguration={"createIncident": True})
    assert [change.path for change in SHAPE.changes(live, body(1))] == [
        "properties.incidentConfiguration.createIncident"
    ]
    assert "incidentConfiguration" not in SHAPE.merged(live, body(1))["properties"]


def test_a_rollback_sees_members_that_nobody_knows() -> None:
    live = {**ENVELOPE, **body(1, newFeature=1, lastModifiedUtc="now")}
    found = SHAPE.differing_members(live, body(1, newFeature=2, description=None))
    assert [(c.path, c.live, c.desired) for c in found] == [
        ("properties.description", "Finds things, number 1", None),
        ("properties.newFeature", 1, 2),
    ]


def test_what_is_compared_only_where_it_is_said_is_the_workspaces_own_else() -> None:
    shape = Shape(Members({"name": shapes.TEXT, "rows": WhereSaid(Unordered(shapes.TEXT))}))

    def body(**properties: object) -> dict[str, object]:
        return {"properties": properties}

    live = body(name="a", rows=["x", "y"])
    assert shape.same(live, body(name="a"))
    assert not shape.changes(live, body(name="a"))
    assert shape.merged(live, body(name="b")) == body(name="b", rows=["x", "y"])
    assert shape.same(live, body(name="a", rows=["y", "x"]))
    (change,) = shape.changes(live, body(name="a", rows=["y"]))
    assert (change.path, change.live, change.desired) == ("properties.rows", ["x", "y"], ["y"])
    assert not shape.same(body(name="a"), body(name="a", rows=["y"]))
    assert list(shape.misfits({"rows": [1]}))
    assert shape.not_compared(live) == ()


def test_items_that_come_and_go_are_changes_of_their_own() -> None:
    shape = Shape(Members({"rows": Each(Names())}))

    def body(*rows: dict[str, str]) -> dict[str, object]:
        return {"properties": {"rows": list(rows)}}

    one, two, three = {"a": "1"}, {"a": "2", "b": "x"}, {"a": "3"}
    assert shape.same(body(one, two), body({"b": "x", "a": "2"}, one))
    changes = shape.changes(body(one, two, two), body(two, three))
    assert [(c.path, c.live, c.desired) for c in changes] == [
        ("properties.rows", one, None),
        ("properties.rows", two, None),
        ("properties.rows", None, three),
    ]
    assert [c.desired for c in shape.changes({"properties": {}}, body(one))] == [one]
    assert shape.merged(body(one), body(two)) == body(two)
