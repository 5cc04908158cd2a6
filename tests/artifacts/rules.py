"""Analytics rules to write: one of each shape by hand, and any number of hostile ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st

from generator.kinds.analytic_rule.model import (
    AlertDetailsOverride,
    AnalyticRule,
    CustomDetail,
    DynamicProperty,
    EntityMapping,
    FieldMapping,
    Grouping,
    IncidentConfiguration,
    RuleKind,
    Schedule,
    TriggerOperator,
)

HOSTILE_PIECES = (
    *("'", "''", "'''", "''''", '"', "\\", "\\\\", "\\'", "${", "$${", "$", "}", "${workspace}"),
    *("[", "]", "[[", "]]", "[concat('a')]", "\t", "\n", "\r", "\r\n", "\x00", "\x1b", "\x7f"),
    *("\u2028", "\u2029", "\x85", "\ufeff", "\ufffe", "\u202e", "\xa0", "\U0001f600", "é"),
    *("//", "/*", "*/", "#disable-next-line", "\\u{41}", "\\n", "{{Column}}", "null", " "),
    *("https://login.microsoftonline.com/", "Management.Azure.Com", "\U000e0041"),
)

# Half a surrogate pair is no character; loading refuses it and so does the build.
_characters = st.characters(exclude_categories=["Cs"])
_soup = st.lists(
    st.one_of(st.sampled_from(HOSTILE_PIECES), st.text(_characters, max_size=12)), max_size=12
).map("".join)
hostile_texts = st.one_of(_soup, _soup.map(lambda text: f"[{text}]"), st.text(_characters))

_durations = st.timedeltas(timedelta(0), timedelta(days=400)).map(
    lambda duration: timedelta(duration.days, duration.seconds)
)
_text_tuples = st.lists(hostile_texts, max_size=3).map(tuple)


def scheduled_rule(**changes: object) -> AnalyticRule:
    """Return a Scheduled rule that a stable API version holds, with some members changed."""
    members: dict[str, object] = {
        "id": "11111111-2222-3333-4444-555555555555",
        "kind": RuleKind.SCHEDULED,
        "display_name": "Sign-in from a new country",
        "description": "Identifies a sign-in from a country that a user never came from.",
        "severity": "Medium",
        "enabled": True,
        "query": "SigninLogs\n| where ResultType == '0'\n",
        "schedule": Schedule(
            timedelta(hours=1), timedelta(days=1), TriggerOperator.GREATER_THAN, 0
        ),
        "suppression_enabled": False,
        "suppression_duration": timedelta(hours=5),
    }
    return AnalyticRule(**{**members, **changes})  # type: ignore[arg-type]


@st.composite
def hostile_rules(draw: st.DrawFn) -> AnalyticRule:
    """Return a rule whose every text may hold anything that a text can hold."""
    kind = draw(st.sampled_from(RuleKind))
    schedule = st.builds(
        Schedule,
        _durations,
        _durations,
        st.sampled_from(TriggerOperator),
        st.integers(-(2**31), 2**63 - 1),
    )
    maybe_text = st.none() | hostile_texts
    grouping = st.builds(
        Grouping,
        st.booleans(),
        st.booleans(),
        _durations,
        hostile_texts,
        _text_tuples,
        _text_tuples,
        _text_tuples,
    )
    fields = st.lists(st.builds(FieldMapping, hostile_texts, hostile_texts), max_size=2).map(tuple)
    dynamic = st.lists(st.builds(DynamicProperty, hostile_texts, hostile_texts), max_size=2)
    return AnalyticRule(
        id=str(draw(st.uuids())),
        kind=kind,
        display_name=draw(hostile_texts),
        description=draw(maybe_text),
        severity=draw(hostile_texts),
        enabled=draw(st.booleans()),
        query=draw(hostile_texts),
        schedule=draw(schedule) if kind is RuleKind.SCHEDULED else None,
        suppression_enabled=draw(st.booleans()),
        suppression_duration=draw(_durations),
        tactics=draw(_text_tuples),
        techniques=draw(_text_tuples),
        sub_techniques=draw(_text_tuples),
        entity_mappings=draw(
            st.lists(st.builds(EntityMapping, hostile_texts, fields), max_size=2).map(tuple)
        ),
        custom_details=tuple(
            CustomDetail(key, column)
            for key, column in draw(
                st.dictionaries(hostile_texts, hostile_texts, max_size=3)
            ).items()
        ),
        alert_details_override=draw(
            st.none()
            | st.builds(
                AlertDetailsOverride,
                maybe_text,
                maybe_text,
                maybe_text,
                maybe_text,
                dynamic.map(tuple),
            )
        ),
        event_aggregation=draw(maybe_text),
        incident_configuration=draw(
            st.none() | st.builds(IncidentConfiguration, st.booleans(), st.none() | grouping)
        ),
        sentinel_entities=draw(_text_tuples),
    )


def complete_rule(kind: RuleKind, *, preview: bool) -> AnalyticRule:
    """Return a rule with every member that its API version declares."""
    grouping = Grouping(
        enabled=True,
        reopen_closed_incident=False,
        lookback=timedelta(hours=5),
        matching_method="Selected",
        entities=("Account",),
        alert_details=("DisplayName",),
        custom_details=("Browser",),
    )
    rule = scheduled_rule(
        tactics=("InitialAccess", "CredentialAccess"),
        techniques=("T1078", "T1110"),
        entity_mappings=(
            EntityMapping(
                "Account", (FieldMapping("Name", "Name"), FieldMapping("UPNSuffix", "Suffix"))
            ),
        ),
        custom_details=(CustomDetail("Browser", "Browser"),),
        alert_details_override=AlertDetailsOverride(
            display_name_format="{{Name}} from {{Country}}",
            description_format="{{Name}} signed in from {{Country}}.",
            tactics_column="Tactics",
            severity_column="Severity",
            dynamic_properties=(DynamicProperty("ConfidenceLevel", "Confidence"),),
        ),
        event_aggregation="AlertPerResult",
        incident_configuration=IncidentConfiguration(create_incident=True, grouping=grouping),
    )
    if preview:
        rule = replace(rule, sub_techniques=("T1078.004",), sentinel_entities=("Entities",))
    if kind is RuleKind.NRT:
        rule = replace(rule, kind=kind, schedule=None)
    return rule
