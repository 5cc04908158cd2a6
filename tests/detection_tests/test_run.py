from __future__ import annotations

from generator.detection_tests.results import Verdict
from tests.detection_tests.content import results_of


def test_window_watchlist_external_data_parameters_and_files_are_what_the_test_says() -> None:
    results = results_of("sign-ins/by-privileged-users")
    assert {name: result.verdict for name, result in results.items()} == {
        "two failed sign-ins of a privileged user are one alert": Verdict.PASSED,
        "one failed sign-in is below the threshold": Verdict.PASSED,
        "the score is a parameter": Verdict.PASSED,
        "events of a file": Verdict.PASSED,
        "not run": Verdict.SKIPPED,
    }


def test_events_outside_of_the_window_are_told() -> None:
    results = results_of("sign-ins/by-privileged-users")
    notes = results["two failed sign-ins of a privileged user are one alert"].notes
    assert any("2 of 4 events are outside of the window" in note for note in notes)


def test_every_test_that_should_fail_fails_and_says_why() -> None:
    results = results_of("sign-ins/failing")
    assert {result.verdict for result in results.values()} == {Verdict.FAILED}
    told = {
        name: [item.subject for item in result.mismatches]
        or [(fault.message, fault.place.line) for fault in result.faults]
        for name, result in results.items()
    }
    assert told == {
        "wrong number of alerts": ["alerts"],
        "wrong entity": ["the alert: entities Account"],
        "wrong alert in a list": ["expected alert 2: severity"],
        "watchlist that is not given": [("the watchlist Exempt is not given", 14)],
        "wrong type": [("SigninLogs.ResultType is a string: 1 is not text", 18)],
        "expects nothing": [("the test expects nothing, so nothing could make it fail", 21)],
        "older than the minute of an NRT rule": ["alerts"],
        "no alert to look at": ["alerts"],
        "watchlist that no row would be looked up in": [("the watchlist Exempt is not given", 32)],
        "title of no alert": [("title is compared with nothing: the test expects no alert", 38)],
        "entities that are not named": [("entities names nothing, so nothing is compared", 42)],
        "events of another table": [
            ("the query never reads the table AuditLogs, and the test gives it nothing else", 44),
            ("the watchlist Exempt is not given", 43),
        ],
    }


def test_a_construct_that_cannot_be_computed_fails_with_its_name_and_position() -> None:
    (result,) = results_of("sign-ins/unsupported").values()
    assert result.verdict is Verdict.FAILED
    (fault,) = result.faults
    assert "autocluster" in fault.message
    assert (fault.place.file, fault.place.line) == ("detections/sign-ins/unsupported.yaml", 12)


def test_a_query_that_does_not_bind_fails_where_the_name_stands() -> None:
    (result,) = results_of("sign-ins/unbound").values()
    (fault,) = result.faults
    assert "NoSuchColumn" in fault.message
    assert (fault.place.line, fault.place.column) == (12, 11)


def test_a_query_that_binds_and_that_the_engine_refuses_cannot_pass() -> None:
    (result,) = results_of("sign-ins/refused").values()
    assert result.verdict is Verdict.FAILED
    (fault,) = result.faults
    assert fault.message == "prev() needs rows in an order, and these have none"
    assert (fault.place.line, fault.place.column) == (12, 24)


def test_steps_tell_the_rows_after_each_operator_and_the_one_that_dropped_all() -> None:
    result = results_of("sign-ins/by-privileged-users")["the score is a parameter"]
    main = [(step.rows, step.dropped_all) for step in result.steps if "SigninLogs" in step.text]
    assert main[0] == (2, False)
    dropped = [step.text for step in result.steps if step.dropped_all]
    assert any(text.startswith("where toscalar") for text in dropped)


def test_functions_are_called_by_their_names_alone() -> None:
    results = results_of("sign-ins/by-functions")
    assert {name: result.verdict for name, result in results.items()} == dict.fromkeys(
        results, Verdict.PASSED
    )
    assert len(results) == 3
