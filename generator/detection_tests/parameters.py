"""Whether a test's parameters can be given to its detection.

Apart from `prepare`, so that checking a catalog need not load the evaluator.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kql_templates.typed_values import parameter_value
from generator.text.near_names import nearest, question

UNUSABLE_PARAMETER = Code(
    "SG610",
    summary="A parameter of a test is not the detection's",
    explanation=(
        "`parameters` of a test stand for what a tenant would give, so each must be declared by "
        "the detection and be of the declared type."
    ),
    severity=Severity.ERROR,
    source="our own decision; docs/testing.md describes the format",
)


def parameter_problems(
    detection: Detection, parameters: Mapping[str, Any], path: tuple[str | int, ...]
) -> tuple[Problem, ...]:
    """Return what is wrong with the parameters of a test; `path` is where the test stands."""
    declared = detection.document.get("parameters") or {}
    problems = []
    for name, value in parameters.items():
        if name not in declared:
            help_ = question(nearest(name, declared))
            place = InDocument((*path, "parameters", name), "key")
            message = f"the detection declares no parameter {name}"
            problems.append(Problem(UNUSABLE_PARAMETER, message, place, help_))
            continue
        try:
            parameter_value(declared[name]["type"], value)
        except ValueError as error:
            place = InDocument((*path, "parameters", name))
            problems.append(Problem(UNUSABLE_PARAMETER, f"{name}: {error}", place))
    return tuple(problems)
