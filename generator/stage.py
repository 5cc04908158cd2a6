"""The one place that renders a detection's query and assembles its rule.

Whoever needs a detection's rule, now or as it was at an earlier commit, asks here. Nothing is
checked, analysed or written; what goes wrong leaves as `Problem`s beside what could be made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.catalog.detection import Detection
from generator.findings import Problem
from generator.kql.rendering import Rendering
from generator.kql.templates import TemplateLibrary, render_query
from generator.rules.analytic_rule import AnalyticRule
from generator.rules.assemble import assemble


@dataclass(frozen=True, slots=True)
class StagedDetection:
    """A detection and what the stages made of it.

    `rendering` and `rule` are None where a stage gave up; `problems` then say why. `problems` hold
    what rendering and the analysis of the query found; loading's problems are in the catalog.
    """

    detection: Detection
    rendering: Rendering | None
    rule: AnalyticRule | None
    problems: tuple[Problem, ...] = ()


def stage(
    detection: Detection, library: TemplateLibrary, parameters: Mapping[str, Any]
) -> StagedDetection:
    """Render a detection's query and assemble its rule.

    `parameters` are a tenant's values for the detections' parameters.
    """
    rendering, problems = render_query(detection, library, parameters)
    rule = assemble(detection, rendering.text) if rendering is not None else None
    return StagedDetection(detection, rendering, rule, problems)
