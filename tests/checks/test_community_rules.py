"""Published community rules load as they are: no check may cry error at what Sentinel runs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import yaml

from generator.catalog.beside import Beside
from generator.catalog.configuration import Configuration
from generator.catalog.detection import Catalog, Detection
from generator.catalog.load import load_text
from generator.checks.engine import check_catalog
from generator.findings import Severity
from generator.kinds.analytic_rule.kind import ANALYTIC_RULES
from generator.kinds.analytic_rule.seat import SEAT
from generator.kql.rendering import plain
from generator.stage import StagedDetection
from generator.text.source_text import SourceText
from tests.checks.detections import TODAY
from tests.shared import COMMUNITY_RULES as RULES
from tests.shared import needs_shared

TRUE_FINDINGS = yaml.safe_load(Path(__file__).with_name("community-rules.yaml").read_text("utf-8"))

pytestmark = needs_shared(RULES)


def load(path: Path) -> tuple[Detection | None, list[str]]:
    slug = f"community/{path.stem}"
    loaded = load_text(SourceText(f"detections/{slug}.yaml", path.read_text("utf-8")), slug, SEAT)
    return loaded.detection, [problem.code for problem in loaded.problems]


def test_no_check_of_a_rule_objects_with_an_error() -> None:
    detections = [one for one, _ in map(load, sorted(RULES.glob("*.yaml"))) if one is not None]
    staged = [
        StagedDetection(one, plain(query), ANALYTIC_RULES.assemble(one, query, Beside.nothing()))
        for one in detections
        for query in [one.document["query"]]
    ]
    catalog = Catalog(RULES, Configuration(), tuple(detections), (), (), ())
    findings = check_catalog(catalog, staged, today=TODAY)
    assert [finding for finding in findings if finding.severity is Severity.ERROR] == []


def test_no_technique_of_theirs_is_called_misplaced() -> None:
    """The table of tactics is a union of ATT&CK versions, so that it never warns falsely."""
    for path in sorted(RULES.glob("*.yaml")):
        detection, _ = load(path)
        if detection is None:
            continue
        query = detection.document["query"]
        staged = StagedDetection(
            detection, plain(query), ANALYTIC_RULES.assemble(detection, query, Beside.nothing())
        )
        catalog = Catalog(RULES, Configuration(), (detection,), (), (), ())
        codes = Counter(f.code for f in check_catalog(catalog, [staged], today=TODAY))
        assert codes["SG204"] == 0, path.name


def test_what_is_said_of_their_names_and_ids_is_true() -> None:
    """`community-rules.yaml` has a reason for each finding that the data files give."""
    found: dict[str, dict[str, int]] = {code: {} for code in TRUE_FINDINGS}
    for path in sorted(RULES.glob("*.yaml")):
        detection, _ = load(path)
        if detection is None:
            continue
        query = detection.document["query"]
        staged = StagedDetection(
            detection, plain(query), ANALYTIC_RULES.assemble(detection, query, Beside.nothing())
        )
        catalog = Catalog(RULES, Configuration(), (detection,), (), (), ())
        for finding in check_catalog(catalog, [staged], today=TODAY):
            if finding.code in found:
                of_code = found[finding.code]
                of_code[finding.message] = of_code.get(finding.message, 0) + 1
    assert found == {
        code: {entry["message"]: entry["rules"] for entry in entries}
        for code, entries in TRUE_FINDINGS.items()
    }
