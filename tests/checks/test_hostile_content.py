"""Whatever a document that fits the schema says, the checks answer with findings, never a crash."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.catalog.load import load_text
from generator.checks.engine import check_catalog
from generator.checks.formatters.findings_json import format_json
from generator.checks.formatters.github import format_github
from generator.checks.formatters.sarif import format_sarif
from generator.checks.formatters.text import format_text
from generator.kinds.analytic_rule.seat import SEAT
from generator.text.source_text import SourceText
from tests.checks.detections import TODAY, catalog, staged

TEXT = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=40),
    st.sampled_from(
        ["", " ", "{{", "{{A}}{{B}}{{C}}{{D}}", "}}{{", "search *", "union *", "T1078.004", "//"]
    ),
)
COLUMNS = st.lists(st.fixed_dictionaries({"identifier": TEXT, "columnName": TEXT}), max_size=5)
DURATION = st.sampled_from(["0m", "5m", "1h", "1000d", "P14D", "PT0.5S", "999999d", "2d", "24h"])


def optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.just(...), strategy)


DOCUMENTS = st.fixed_dictionaries(
    {
        "id": st.just("5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10"),
        "name": TEXT,
        "severity": st.just("High"),
        "kind": st.sampled_from(["Scheduled", "NRT"]),
        "description": optional(TEXT),
        "version": optional(TEXT),
        "query": TEXT,
        "queryFrequency": DURATION,
        "queryPeriod": DURATION,
        "triggerOperator": st.just("gt"),
        "triggerThreshold": st.integers(-(2**40), 2**40),
        "suppressionDuration": optional(DURATION),
        "suppressionEnabled": optional(st.booleans()),
        "tactics": optional(st.lists(TEXT, max_size=3)),
        "relevantTechniques": optional(st.lists(TEXT, max_size=3)),
        "entityMappings": optional(
            st.lists(
                st.fixed_dictionaries({"entityType": TEXT, "fieldMappings": COLUMNS}), max_size=12
            )
        ),
        "customDetails": optional(st.dictionaries(TEXT, TEXT, max_size=22)),
        "alertDetailsOverride": optional(
            st.fixed_dictionaries({"alertDisplayNameFormat": TEXT, "alertDescriptionFormat": TEXT})
        ),
        "incidentConfiguration": optional(
            st.fixed_dictionaries(
                {
                    "createIncident": st.booleans(),
                    "groupingConfiguration": st.fixed_dictionaries(
                        {
                            "enabled": st.booleans(),
                            "reopenClosedIncident": st.booleans(),
                            "lookbackDuration": DURATION,
                            "matchingMethod": st.sampled_from(["Selected", "AnyAlert"]),
                            "groupByEntities": st.lists(TEXT, max_size=3),
                            "groupByCustomDetails": st.lists(TEXT, max_size=3),
                        }
                    ),
                }
            )
        ),
        "waivers": optional(
            st.lists(
                st.fixed_dictionaries({"check": TEXT, "reason": TEXT, "until": TEXT}), max_size=3
            )
        ),
    }
).map(lambda members: {key: value for key, value in members.items() if value is not ...})


@settings(max_examples=150)
@given(DOCUMENTS, st.booleans())
def test_any_document_is_checked_and_reported(
    document: dict[str, Any], allow_unicode: bool
) -> None:
    text = yaml.safe_dump(document, allow_unicode=allow_unicode, sort_keys=False)
    loaded = load_text(SourceText("detections/a/b.yaml", text), "a/b", SEAT)
    if loaded.detection is None:
        assert loaded.problems
        return
    findings = check_catalog(catalog(loaded.detection), [staged(loaded.detection)], today=TODAY)
    lines = text.split("\n")
    for finding in findings:
        assert 1 <= finding.line <= finding.end_line <= len(lines)
        assert finding.column >= 1
        assert (finding.end_line, finding.end_column) >= (finding.line, finding.column)
    format_text(findings, detections=1, read_source=lambda _: text).encode("utf-8")
    for written in (
        format_json(findings, detections=1),
        format_github(findings),
        format_sarif(findings),
    ):
        written.encode("utf-8")
