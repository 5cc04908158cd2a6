from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.disk.private_cache import PrivateCache
from generator.kql.analysis import DiagnosticKind
from generator.kql.environment import Environment, TableSchema, WatchlistSchema
from generator.kql.references import detection_references, references_json
from generator.kql.schemas.builtin import builtin_environment
from generator.kql_service import answers
from generator.kql_service.cache import AnswerCache
from generator.kql_service.offsets import character_offsets
from generator.kql_service.service import KqlService

RESULTS = [
    ("SigninLogs | project UserId", "UserId", True),
    ("SigninLogs | project UserId", "userid", False),
    ("SigninLogs | project-away UserId", "UserId", False),
    ("SigninLogs | summarize count() by IPAddress", "UserId", False),
    ("SigninLogs | summarize arg_max(TimeGenerated, *) by IPAddress", "UserId", True),
    ("T_CL", "UserId", None),
    ("T_CL | project IPAddress", "UserId", False),
    ("T_CL | project IPAddress", "IPAddress", True),
    ("T_CL | summarize arg_max(TimeGenerated, *) by IPAddress", "UserId", None),
    ("T_CL | distinct IPAddress", "UserId", False),
    ("SigninLogs | union T_CL", "Other", None),
    ("SigninLogs | join kind=leftanti (T_CL) on UserId", "Other", False),
    ("SigninLogs | join kind=inner (T_CL) on UserId", "Other", None),
    ("T_CL | join kind=rightsemi (SigninLogs) on UserId", "Other", False),
    ("SigninLogs | lookup (T_CL) on UserId", "Other", None),
    ("SigninLogs | evaluate bag_unpack(Status)", "errorCode", None),
    ("SigninLogs | evaluate bag_unpack(Status) : (errorCode:int)", "Other", False),
    ("SigninLogs | evaluate ipv4_lookup(T_CL, IPAddress, Range)", "Other", None),
    ("let f = () { T_CL | where A == 1 }; f() | extend B = 1", "Other", None),
    ("let v = materialize(T_CL); v | take 1", "Other", None),
    ("_GetWatchlist('unknown')", "Other", None),
    ("_GetWatchlist('unknown') | project SearchKey", "Other", False),
]


@pytest.mark.parametrize(("query", "column", "answer"), RESULTS)
def test_a_column_is_there_missing_or_unknown(
    service: KqlService, query: str, column: str, answer: bool | None
) -> None:
    assert service.analyze(query).has_column(column) is answer


def test_the_construct_that_opens_the_result_is_named(service: KqlService) -> None:
    query = "let v = T_CL | where A == 1;\nSigninLogs | union v | extend B = 1"
    opener = service.analyze(query).opened_by
    assert opener is not None
    assert opener.text == "T_CL"
    assert query[opener.start : opener.end] == "T_CL"


def test_watchlists_have_the_columns_that_are_declared_for_their_alias() -> None:
    watchlists = {"Admins": WatchlistSchema("Admins", (("Department", "string"),))}
    known = KqlService(Environment(watchlists=watchlists))
    analysis = known.analyze("_GetWatchlist('ADMINS') | where Departmnt == 'IT'")
    assert [item.suggestion for item in analysis.diagnostics] == ["Department"]
    assert [item.alias for item in analysis.references.watchlists] == ["ADMINS"]
    assert analysis.has_column("Other") is False


@pytest.mark.parametrize(
    ("alias", "meant"),
    [
        ("Admin", "Admins"),
        ("amdins", "Admins"),
        ("ADMINS", None),
        ("Guests", None),
        ("Admins2", None),
        ("List1", None),
    ],
)
@pytest.mark.usefixtures("service")
def test_a_watchlist_one_edit_from_a_declared_one_is_a_slip(alias: str, meant: str | None) -> None:
    watchlists = {name: WatchlistSchema(name, ()) for name in ("Admins", "List2")}
    known = KqlService(Environment(watchlists=watchlists))
    for query in (f"_GetWatchlist('{alias}')", f"let a = '{alias}'; _GetWatchlist(a)"):
        (called,) = known.analyze(query).references.watchlists
        assert (called.alias, called.suggestion) == (alias, meant)


def test_references_are_those_of_the_bound_query(service: KqlService) -> None:
    query = """
    let recent = SigninLogs | where TimeGenerated > ago(1h) | project Who = UserId, IPAddress;
    // AuditLogs is only mentioned here
    recent
    | where Who in ((_GetWatchlist('Admins') | project SearchKey))
    | join kind=leftouter (_Im_Dns() | project SrcIpAddr) on $left.IPAddress == $right.SrcIpAddr
    | join kind=leftanti (T_CL) on Who
    """
    entry = detection_references("a/b", service.analyze(query), ["IPAddress"])
    assert entry.tables == (("SigninLogs", ("IPAddress", "TimeGenerated", "UserId")),)
    assert entry.functions == ("_GetWatchlist", "_Im_Dns")
    assert entry.watchlists == ("Admins",)
    assert entry.unknown == ("T_CL",)
    assert references_json([entry])["tables"] == {"SigninLogs": ["a/b"]}


def test_a_mapped_column_counts_as_read(service: KqlService) -> None:
    analysis = service.analyze("SigninLogs | where ResultType == 0")
    assert detection_references("a/b", analysis).tables == (("SigninLogs", ("ResultType",)),)
    mapped = detection_references("a/b", analysis, ["UserId", "Nothing"])
    assert mapped.tables == (("SigninLogs", ("ResultType", "UserId")),)


FILTERS = [
    ("where TimeGenerated > ago(14d)", "lower", timedelta(days=14)),
    ("where ago(90m) <= TimeGenerated", "lower", timedelta(minutes=90)),
    ("where TimeGenerated >= now() - 2 * 1d", "lower", timedelta(days=2)),
    ("where TimeGenerated > now(-7d)", "lower", timedelta(days=7)),
    ("where TimeGenerated > datetime_add('hour', -3, now())", "lower", timedelta(hours=3)),
    ("where TimeGenerated > startofday(ago(2d))", "lower", timedelta(days=2)),
    ("where TimeGenerated < ago(1d)", "upper", timedelta(days=1)),
    ("where TimeGenerated < datetime(2024-01-01)", "upper", None),
    ("where ingestion_time() > ago(5m)", "lower", timedelta(minutes=5)),
]


@pytest.mark.parametrize(("condition", "bound", "ago"), FILTERS)
def test_time_filters_are_computed(
    service: KqlService, condition: str, bound: str, ago: timedelta | None
) -> None:
    (found,) = service.analyze(f"SigninLogs | {condition}").time_filters
    assert (found.bound, found.ago, found.scan) == (bound, ago, 0)


@pytest.mark.parametrize(
    "query",
    [
        "SigninLogs | where CreatedDateTime > ago(30d)",
        "SigninLogs | extend TimeGenerated = CreatedDateTime | where TimeGenerated > ago(30d)",
        "SigninLogs | where TimeGenerated > todatetime(UserId)",
        "print x = ago(30d)",
    ],
)
def test_other_dates_are_no_time_filters(service: KqlService, query: str) -> None:
    assert service.analyze(query).time_filters == ()


def test_a_time_filter_inside_of_a_condition_limits_nothing(service: KqlService) -> None:
    query = "SigninLogs | where TimeGenerated > ago(1d) or UserId == ''"
    (found,) = service.analyze(query).time_filters
    assert found.scan is None


@given(st.text(alphabet="aé€🌍\u2028\n", max_size=30))
def test_offsets_of_utf16_become_offsets_of_characters(text: str) -> None:
    to_character = character_offsets(text)
    for index in range(len(text) + 1):
        assert to_character(len(text[:index].encode("utf-16-le")) // 2) == index


def test_a_cached_answer_needs_no_engine(
    service: KqlService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached = KqlService(service.environment, AnswerCache(PrivateCache(tmp_path, b"key")))
    query = "SigninLogs | where ResultTyp == 0 // 🌍"
    first, tree = cached.analyze(query), cached.syntax_tree(query)

    def no_engine() -> None:
        raise AssertionError("the engine was asked")

    monkeypatch.setattr(answers, "engine", no_engine)
    assert cached.analyze(query) == first
    assert cached.syntax_tree(query) == tree


def test_another_schema_is_another_question(service: KqlService, tmp_path: Path) -> None:
    cache = AnswerCache(PrivateCache(tmp_path, b"key"))
    query = "SigninLogs | where Brand == 1"
    assert KqlService(builtin_environment(), cache).analyze(query).diagnostics
    wider = builtin_environment().with_tables([TableSchema("SigninLogs", (("Brand", "int"),))])
    assert KqlService(wider, cache).analyze(query).diagnostics == ()


def test_several_processes_give_the_same_answers_in_the_same_order(
    service: KqlService, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = [f"SigninLogs | take {number} | project UserId" for number in range(7)]
    here = service.analyze_many(queries)
    monkeypatch.setattr(answers, "WORTH_A_PROCESS", 3)
    monkeypatch.setattr(answers, "_processors", lambda: 2)
    assert service.analyze_many(queries) == here


@pytest.mark.parametrize(
    ("query", "held"),
    [
        ("SigninLogs | project A = UserId", "UserId"),
        (
            "SigninLogs | extend A = tolower((UserId)) | project-rename B = A | project A = B",
            "UserId",
        ),
        ("SigninLogs | summarize by A = UserId", "UserId"),
        ("let T = SigninLogs | extend A = UserId; T | project A", "UserId"),
        (
            "AuditLogs | project A = tostring(InitiatedBy.user.userPrincipalName)",
            "userPrincipalName",
        ),
        ('AuditLogs | project A = tostring(InitiatedBy.user["displayName"])', "displayName"),
        ('SigninLogs | project A = tostring(split(UserId, "-")[0])', None),
        ('SigninLogs | project A = trim("x", UserId)', None),
        ('SigninLogs | parse UserId with A "-" B | project A', None),
        ('SigninLogs | project A = iff(UserId == "", UserId, Location)', None),
        ("union (SigninLogs | project A = tostring(Id)), (AuditLogs | project A = Result)", None),
    ],
)
def test_a_column_knows_whose_value_it_holds(
    service: KqlService, query: str, held: str | None
) -> None:
    columns = service.analyze(query).columns
    assert columns is not None
    assert [(column.name, column.held_name) for column in columns] == [("A", held)]


@pytest.mark.parametrize(
    "query",
    [
        'table("SigninLogs") | where TimeGenerated > ago(1h)',
        'let Name = "SigninLogs"; table(Name) | where TimeGenerated > ago(1h)',
        (
            "let Logs = (name: string) { table(name) };"
            ' Logs("SigninLogs") | where TimeGenerated > ago(1h)'
        ),
    ],
)
def test_a_table_named_by_a_literal_counts_as_one_named_outright(
    service: KqlService, query: str
) -> None:
    analysis = service.analyze(query)
    (table,) = analysis.references.tables
    assert (table.name, "TimeGenerated" in table.columns) == ("SigninLogs", True)
    assert analysis.opened_by is None
    column = analysis.column("UserPrincipalName")
    assert column is not None
    assert column.origin == ("SigninLogs", "UserPrincipalName")
    assert analysis.time_filters


def test_what_only_a_call_brings_to_light_is_told_at_its_place(service: KqlService) -> None:
    query = (
        "let Logs = (name: string) { table(name) | where Nowhere == 1 };"
        ' let Both = () { union Logs("SigninLogs"), Logs("AuditLogs") }; Both()'
    )
    (diagnostic,) = service.analyze(query).diagnostics
    assert query[diagnostic.start : diagnostic.end] == diagnostic.name == "Nowhere"


def test_a_function_that_nobody_calls_with_values_is_not_judged_by_them(
    service: KqlService,
) -> None:
    query = "let Logs = (name: string) { table(name) | where Nowhere == 1 }; SigninLogs"
    assert service.analyze(query).diagnostics == ()


@pytest.mark.parametrize("links", [30, 59])
def test_a_chain_of_functions_is_followed_to_its_end(service: KqlService, links: int) -> None:
    query = "let f0 = () { SigninLogs }; " + "".join(
        f"let f{n} = () {{ f{n - 1}() }}; " for n in range(1, links)
    )
    analysis = service.analyze(f"{query} f{links - 1}() | where Nowhere == 1")
    assert [item.name for item in analysis.diagnostics] == ["Nowhere"]
    assert [table.name for table in analysis.references.tables] == ["SigninLogs"]


@pytest.mark.parametrize(
    "query",
    [
        "let f0 = () { SigninLogs }; "
        + "".join(f"let f{n} = () {{ f{n - 1}() }}; " for n in range(1, 120))
        + "f119() | where Nowhere == 1",
        "let t0 = SigninLogs; "
        + "".join(f"let t{n} = t{n - 1}; " for n in range(1, 250))
        + "t249 | where Nowhere == 1",
    ],
    ids=["functions", "names"],
)
def test_a_chain_that_is_not_followed_is_refused(service: KqlService, query: str) -> None:
    (diagnostic,) = service.analyze(query).diagnostics
    assert diagnostic.kind is DiagnosticKind.LIMIT
    assert "anonymous" not in diagnostic.message
