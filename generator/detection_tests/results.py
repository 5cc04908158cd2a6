"""What became of each test. Formatters read these; nothing here computes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from generator.detection_tests.expectation import Mismatch
from generator.detection_tests.suite import DetectionTest
from generator.findings import InFile
from generator.kinds.alerts import Alert
from generator.kql_evaluator.table import Table


class Verdict(StrEnum):
    """How a test ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a test could not be computed, and where that stands."""

    message: str
    place: InFile
    help: str | None = None


@dataclass(frozen=True, slots=True)
class ExplainedStep:
    """An operator of the query: its text, where it stands, and how many rows left it.

    `dropped_all`: rows reached it from the step before, and none left it.
    """

    text: str
    place: InFile
    rows: int
    dropped_all: bool = False


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test and what came of it.

    `faults` say why it could not be computed at all; `mismatches` are then empty. `seconds` is how
    long the test took. `raises_alerts` is False for what is looked at by hand.
    """

    __test__ = False

    slug: str
    test: DetectionTest
    place: InFile
    verdict: Verdict
    faults: tuple[Fault, ...] = ()
    mismatches: tuple[Mismatch, ...] = ()
    notes: tuple[str, ...] = ()
    steps: tuple[ExplainedStep, ...] = ()
    result: Table | None = None
    alerts: tuple[Alert, ...] = ()
    raises_alerts: bool = True
    seconds: float = 0.0


def count(results: Sequence[TestResult], verdict: Verdict) -> int:
    """Return how many tests ended so."""
    return sum(1 for result in results if result.verdict is verdict)
