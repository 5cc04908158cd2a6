from __future__ import annotations

import random

import pytest

from generator.catalog.configuration import Configuration
from generator.catalog.detection import FileProblem
from generator.checks.engine import (
    MESSAGE_CHARACTERS,
    PROBLEMS_PER_CHECK,
    check_catalog,
)
from generator.checks.severities import CheckSettingError
from generator.findings import (
    Finding,
    InDocument,
    InFile,
    InQuery,
    InText,
    Place,
    Problem,
    Severity,
)
from generator.kql.rendering import Rendering, Segment
from generator.stage import StagedDetection
from generator.text.source_text import SourceText
from tests.checks.detections import FAULTLESS, TODAY, catalog, detection, staged


def findings(*given: StagedDetection, **options: object) -> tuple[Finding, ...]:
    whole = catalog(*(entry.detection for entry in given), **options)  # type: ignore[arg-type]
    return check_catalog(whole, given, today=TODAY)


def place_of(finding: Finding) -> tuple[str, int, int, int, int]:
    return (finding.file, finding.line, finding.column, finding.end_line, finding.end_column)


def test_faultless_detection_gives_no_finding() -> None:
    assert findings(staged(detection())) == ()


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (InDocument(("severity",)), (3, 11, 3, 17)),
        (InDocument(("severity",), "key"), (3, 1, 3, 9)),
        (InText(("query",), 0, 10), (11, 3, 11, 13)),
        (InQuery(13, 18), (12, 5, 12, 10)),
        (InFile("other.yaml", 7, 2), (7, 2, 7, 2)),
    ],
)
def test_every_kind_of_place_becomes_lines_and_columns(
    place: Place, expected: tuple[int, int, int, int]
) -> None:
    (finding,) = findings(staged(detection(), Problem("SG110", "m", place)))
    assert place_of(finding)[1:] == expected


def test_place_in_a_rendered_template_is_reported_in_the_template() -> None:
    template = SourceText(
        "detections/_templates/signins.kql.j2", "{# one #}\nSigninLogs\n| take 1\n"
    )
    one = detection()
    rendering = Rendering("SigninLogs\n| take 1\n", (Segment(0, template, 10, 31, verbatim=True),))
    given = StagedDetection(
        one, rendering, staged(one).meaning, (Problem("SG110", "m", InQuery(13, 17)),)
    )
    (finding,) = findings(given)
    assert place_of(finding) == (template.file, 3, 3, 3, 7)
    assert finding.detection == one.slug


def test_organisations_severity_is_used_and_off_means_not_reported() -> None:
    late = detection(FAULTLESS.replace("queryPeriod: 3h", "queryPeriod: 1h"))
    (note,) = findings(staged(late))
    assert note.severity is Severity.NOTE
    (error,) = findings(staged(late), configuration=Configuration(checks={"SG115": "error"}))
    assert error.severity is Severity.ERROR
    assert findings(staged(late), configuration=Configuration(checks={"SG115": "off"})) == ()


def test_problem_of_a_stage_can_be_switched_off_like_any_other() -> None:
    given = staged(detection(), Problem("SG280", "m", InDocument(("id",))))
    assert findings(given, configuration=Configuration(checks={"SG280": "off"})) == ()


def test_setting_that_cannot_be_followed_is_raised_before_anything_is_checked() -> None:
    with pytest.raises(CheckSettingError):
        findings(configuration=Configuration(checks={"SG999": "off"}))


def test_detection_whose_rendering_failed_still_reports_why() -> None:
    given = StagedDetection(detection(), None, None, (Problem("SG101", "no query", InQuery(0, 1)),))
    (finding,) = findings(given)
    assert (finding.message, finding.line) == ("no query", 10)


def test_loaders_problems_are_reported_with_and_without_a_detection() -> None:
    one = detection()
    broken = SourceText("detections/a/broken.yaml", "id: 1\nname: x\n")
    problems = (
        FileProblem(one.source, one.slug, Problem("SG110", "mine", InDocument(("id",)))),
        FileProblem(broken, "a/broken", Problem("SG111", "theirs", InDocument(("name",)))),
        FileProblem(None, None, Problem("SG112", "nobody's", InFile("detections/a/x.yml"))),
    )
    found = findings(staged(one), problems=problems)
    assert [(f.message, f.detection, f.line, f.column) for f in found] == [
        ("theirs", "a/broken", 2, 7),
        ("nobody's", None, 1, 1),
        ("mine", one.slug, 1, 5),
    ]


def test_problem_at_a_loaded_detection_that_was_not_asked_for_is_kept() -> None:
    one, other = detection(), detection(slug="signins/other")
    problem = FileProblem(other.source, other.slug, Problem("SG110", "m", InDocument(("id",))))
    whole = catalog(one, other, problems=(problem,))
    (finding,) = check_catalog(whole, [staged(one)], today=TODAY)
    assert finding.detection == other.slug


def test_findings_come_in_one_order_whatever_the_order_of_the_problems() -> None:
    problems = [
        Problem(code, f"{code} {line}", InFile("f.yaml", line, column))
        for code in ("SG110", "SG111")
        for line in (1, 2, 10)
        for column in (1, 9)
    ]
    shuffled = problems.copy()
    random.Random(7).shuffle(shuffled)  # noqa: S311 - an order for a test
    expected = findings(staged(detection(), *problems))
    assert findings(staged(detection(), *shuffled)) == expected
    places = [(f.line, f.column, f.code) for f in expected]
    assert places == sorted(places)


def test_message_that_quotes_endless_content_is_shortened() -> None:
    (finding,) = findings(staged(detection(), Problem("SG110", "x" * 5000, InDocument(("id",)))))
    assert len(finding.message) == MESSAGE_CHARACTERS
    assert finding.message.endswith("…")


def test_endless_number_of_problems_is_cut_short_and_says_so() -> None:
    techniques = "".join("  - no technique\n" for _ in range(5_000))
    found = findings(staged(detection(f"{FAULTLESS}relevantTechniques:\n{techniques}")))
    assert [finding.code for finding in found] == ["SG203"] * PROBLEMS_PER_CHECK
    assert found[-1].help == "there are more like this in the detection"


def test_what_the_stages_find_is_cut_short_as_well_code_by_code() -> None:
    unused = [Problem("SG325", f"no template uses v{i}", InDocument(("id",))) for i in range(5_000)]
    broken = Problem("SG401", "a syntax error", InDocument(("name",)))
    found = findings(staged(detection(), *unused, broken))
    assert [f.code for f in found] == ["SG325"] * PROBLEMS_PER_CHECK + ["SG401"]


def test_check_is_silent_where_another_says_more_about_the_same_place() -> None:
    place = InDocument(("customDetails", "City"))
    elsewhere = InDocument(("id",))
    text = f"{FAULTLESS}customDetails:\n  City: Location.city\n"
    shape = staged(detection(text))
    assert [finding.code for finding in findings(shape)] == ["SG149"]
    missing = staged(detection(text), Problem("SG420", "not returned", place))
    assert [finding.code for finding in findings(missing)] == ["SG420"]
    other = staged(detection(text), Problem("SG420", "not returned", elsewhere))
    assert [finding.code for finding in findings(other)] == ["SG420", "SG149"]
    off = Configuration(checks={"SG420": "off"})
    assert [finding.code for finding in findings(missing, configuration=off)] == ["SG149"]


def test_fault_of_a_template_is_told_once_for_all_detections_that_share_it() -> None:
    place = InFile("detections/_templates/signins.kql.j2", 3, 1)
    shared, own = Problem("SG110", "m", place), Problem("SG110", "other", place)
    found = findings(
        staged(detection(slug="signins/b"), shared, own),
        staged(detection(slug="signins/a"), shared),
    )
    assert [(f.message, f.detection) for f in found] == [("m", "signins/a"), ("other", "signins/b")]
