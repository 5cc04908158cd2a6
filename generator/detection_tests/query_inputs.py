"""What the queries of tested detections read, as the tests' parameters render them.

For checking tests without running one: a query is compiled only where its text does not name all
that it reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.catalog.detection import Detection
from generator.catalog.partial import UnusablePartError
from generator.detection_tests.inputs import Inputs, inputs_of, names_are_computed
from generator.detection_tests.suite import DetectionTest, TestSuite
from generator.kql.analysis import Analysis
from generator.kql_service.service import KqlService
from generator.kql_templates import TemplateLibrary, render_query


@dataclass(slots=True)
class QueryInputs:
    """What queries read; remembers what it found out. `tenant` are a tenant's parameters."""

    service: KqlService
    library: TemplateLibrary
    tenant: Mapping[str, Any] = field(default_factory=dict)
    _queries: dict[tuple[str, str], str | None] = field(default_factory=dict)
    _inputs: dict[str, Inputs | None] = field(default_factory=dict)

    def prepare(self, suites: Iterable[tuple[Detection, TestSuite]]) -> None:
        """Analyse the queries of many detections at once.

        Raises KqlUnavailableError where the language service is not installed.
        """
        queries = {
            query
            for detection, suite in suites
            for test in suite.tests
            if (query := self._query(detection, test)) is not None
        }
        unknown = sorted(queries - self._inputs.keys())
        for query, analysis in zip(unknown, self.service.analyze_many(unknown), strict=True):
            self._inputs[query] = self._read(query, analysis)

    def of(self, detection: Detection, test: DetectionTest) -> Inputs | None:
        """Return what a detection reads in a test; None where its query has errors of its own."""
        query = self._query(detection, test)
        if query is None:
            return None
        if query not in self._inputs:
            self._inputs[query] = self._read(query, self.service.analyze(query))
        return self._inputs[query]

    def _query(self, detection: Detection, test: DetectionTest) -> str | None:
        key = (detection.slug, json.dumps(test.parameters, sort_keys=True, default=str))
        if key not in self._queries:
            self._queries[key] = self._rendered(detection, {**self.tenant, **test.parameters})
        return self._queries[key]

    def _rendered(self, detection: Detection, parameters: Mapping[str, Any]) -> str | None:
        try:
            rendering, _ = render_query(detection, self.library, parameters)
        except UnusablePartError:
            return None
        return None if rendering is None else rendering.text

    def _read(self, query: str, analysis: Analysis) -> Inputs | None:
        if any(diagnostic.severity == "Error" for diagnostic in analysis.diagnostics):
            return None
        is_computed = any(one.alias is None for one in analysis.references.watchlists)
        if not is_computed and not names_are_computed(query):
            return inputs_of(analysis, self.service.environment)
        return self._compiled(query, analysis)

    def _compiled(self, query: str, analysis: Analysis) -> Inputs | None:
        # The evaluator takes a while to load; most catalogs never need it here.
        from generator.kql_evaluator.compile import compile_query  # noqa: PLC0415
        from generator.kql_evaluator.errors import (  # noqa: PLC0415
            EvaluationError,
            UnsupportedConstruct,
        )
        from generator.kql_service.engine import EngineError  # noqa: PLC0415

        environment = self.service.environment
        try:
            compiled = compile_query(self.service.syntax_tree(query), environment)
        except (UnsupportedConstruct, EvaluationError, EngineError):
            return None  # running the test says so
        return inputs_of(analysis, environment, compiled.reads)
