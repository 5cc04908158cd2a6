"""A detection made ready to run: rendered with a test's parameters, bound, compiled.

Tests of one detection mostly share their parameters, so what is prepared is kept for the next.
Anything that stands in the way leaves as faults with their positions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from generator.catalog.beside import Beside
from generator.catalog.detection import Detection
from generator.detection_tests.inputs import Inputs, inputs_of
from generator.detection_tests.places import in_file, in_query
from generator.detection_tests.results import Fault
from generator.findings import InFile, InQuery, Place, Problem
from generator.kinds.alerts import Alerts
from generator.kql.query import Query
from generator.kql.rendering import Rendering
from generator.kql.syntax import Node, TableType
from generator.kql_evaluator.compile import CompiledQuery, compile_query
from generator.kql_evaluator.errors import EvaluationError, UnsupportedConstruct
from generator.kql_evaluator.table import Table
from generator.kql_service.engine import EngineError
from generator.kql_service.service import KqlService
from generator.kql_templates import TemplateLibrary
from generator.stage import stage
from generator.text.near_names import question


@dataclass(frozen=True, slots=True)
class ReadyRule:
    """What can run on events. `written` is its query, `query` the same compiled.

    `alerts` gives what a run raises for a result, None where no run raises alerts.
    `external_columns` types the rows of externaldata.
    """

    alerts: Callable[[Table], Alerts | None]
    written: Query
    rendering: Rendering
    query: CompiledQuery
    inputs: Inputs
    external_columns: Mapping[str, str]


Prepared = ReadyRule | tuple[Fault, ...]


@dataclass(slots=True)
class Preparation:
    """Prepares detections; keeps what it made by detection and parameters."""

    service: KqlService
    library: TemplateLibrary
    tenant: Mapping[str, Any] = field(default_factory=dict)
    _ready: dict[tuple[str, str], Prepared] = field(default_factory=dict)

    def prepare(self, detection: Detection, parameters: Mapping[str, Any]) -> Prepared:
        """Return the rule with these parameters ready to run, or why it cannot be."""
        key = (detection.slug, json.dumps(parameters, sort_keys=True, default=str))
        if key not in self._ready:
            self._ready[key] = self._prepare(detection, parameters)
        return self._ready[key]

    def _prepare(self, detection: Detection, parameters: Mapping[str, Any]) -> Prepared:
        staged = stage(
            detection, self.library, {**self.tenant, **parameters}, Beside(self.library.root)
        )
        rendering = staged.rendering
        meaning = staged.meaning
        if rendering is None or meaning is None or meaning.query is None:
            return tuple(_fault(problem, detection) for problem in staged.problems)
        try:
            alerts = partial(staged.kind.alerts, meaning.model)
            return self._compiled(detection, rendering, alerts, meaning.query)
        except (UnsupportedConstruct, EvaluationError) as error:
            return (evaluation_fault(error, detection, rendering),)
        except EngineError as error:
            place = in_query(InQuery(0, len(rendering.text)), detection, rendering)
            return (Fault(f"the language service fails on the query: {error}", place),)

    def _compiled(
        self,
        detection: Detection,
        rendering: Rendering,
        alerts: Callable[[Table], Alerts | None],
        written: Query,
    ) -> Prepared:
        analysis = self.service.analyze(rendering.text)
        faults = tuple(
            Fault(
                f"the query does not bind: {item.message} ({item.code})",
                in_query(InQuery(item.start, item.end), detection, rendering),
                question(item.suggestion),
            )
            for item in analysis.diagnostics
            if item.severity == "Error"
        )
        if faults:
            return faults
        tree = self.service.syntax_tree(rendering.text)
        query = compile_query(tree, self.service.environment)
        inputs = inputs_of(analysis, self.service.environment, query.reads)
        return ReadyRule(alerts, written, rendering, query, inputs, external_columns(tree))


def external_columns(tree: Node) -> dict[str, str]:
    """Return the types of the columns that a query declares for external data."""
    columns: dict[str, str] = {}
    for node in tree.walk_expanded():
        if node.kind == "ExternalDataExpression" and isinstance(node.type, TableType):
            columns.update(node.type.columns)
    return columns


def evaluation_fault(
    error: UnsupportedConstruct | EvaluationError, detection: Detection, rendering: Rendering
) -> Fault:
    """Return an error of the evaluator with its place in the detection or the template."""
    place: Place = error.place
    if not isinstance(place, InQuery) or place.end <= place.start:
        place = InQuery(0, len(rendering.text))
    return Fault(str(error), in_query(place, detection, rendering))


def _fault(problem: Problem, detection: Detection) -> Fault:
    place: InFile = in_file(problem.place, detection.source)
    return Fault(problem.message, place, problem.help)
