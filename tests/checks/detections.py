"""A detection that no check objects to, for tests that change one thing about it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from generator.catalog.beside import Beside
from generator.catalog.configuration import Configuration
from generator.catalog.detection import Catalog, Detection, FileProblem
from generator.catalog.load import load_text
from generator.findings import Problem
from generator.kinds.analytic_rule.kind import ANALYTIC_RULES
from generator.kinds.analytic_rule.seat import SEAT
from generator.kql.rendering import plain
from generator.stage import StagedDetection
from generator.text.source_text import SourceText

TODAY = date(2026, 1, 31)

FAULTLESS = """\
id: 5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10
name: Sign-in from an unused country
severity: Medium
kind: Scheduled
version: 1.0.0
queryFrequency: 1h
queryPeriod: 3h
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | where ResultType == "0"
"""


def detection(text: str = FAULTLESS, slug: str = "signins/unused-country") -> Detection:
    loaded = load_text(SourceText(f"detections/{slug}.yaml", text), slug, SEAT)
    assert loaded.detection is not None, loaded.problems
    return loaded.detection


def staged(one: Detection, *problems: Problem) -> StagedDetection:
    query = one.document["query"]
    return StagedDetection(
        one, plain(query), ANALYTIC_RULES.assemble(one, query, Beside.nothing()), problems
    )


def catalog(
    *detections: Detection,
    configuration: Configuration | None = None,
    problems: tuple[FileProblem, ...] = (),
) -> Catalog:
    return Catalog(Path("content"), configuration or Configuration(), detections, (), (), problems)
