"""Detections with templates, rendered, for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from generator.catalog.detection import Detection
from generator.findings import InText, Problem
from generator.kql.rendering import Rendering
from generator.kql_templates import TemplateLibrary, render_query
from generator.text.source_text import SourceText

CONTENT = Path(__file__).parent / "fixtures" / "content"


def render(
    *, root: Path = CONTENT, tenant: dict[str, object] | None = None, **document: Any
) -> tuple[Rendering | None, tuple[Problem, ...]]:
    source = SourceText("detections/area/slug.yaml", "")
    detection = Detection("area/slug", source, document)
    return render_query(detection, TemplateLibrary(root), tenant or {})


def render_with(query: str, **values: object) -> tuple[Rendering | None, tuple[Problem, ...]]:
    """Render a query with values, whose types follow from how they are written."""
    return render(query=query, parameters={}, values=values)


def rendered(query: str, **values: object) -> str:
    rendering, problems = render_with(query, **values)
    assert problems == ()
    assert rendering is not None
    return rendering.text


def only_problem(query: str, **values: object) -> tuple[str, str]:
    """The code of the one problem and the text of the query that it marks."""
    rendering, problems = render_with(query, **values)
    assert rendering is None
    (problem,) = problems
    assert isinstance(problem.place, InText)
    return problem.code, query[problem.place.start : problem.place.end]
