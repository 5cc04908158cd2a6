"""A detection's final KQL: its query as written, or what its template makes of its values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kql.rendering import Rendering, plain
from generator.kql_templates.values import GivenValues, given_values

UNUSED_VALUE = Code(
    "SG325",
    summary="Value that nothing uses",
    explanation=(
        "Neither the query nor a template that it uses names this value, so that it changes "
        "nothing, whatever it is. Remove it, or correct its spelling."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
)

if TYPE_CHECKING:
    from generator.kql_templates.library import TemplateLibrary

# Without one of these Jinja gives the text back as it is; it would make a line end of CR as well.
_CHANGED_BY_JINJA = ("{{", "{%", "{#", "\r")


def render_query(
    detection: Detection, library: TemplateLibrary, parameters: Mapping[str, object]
) -> tuple[Rendering | None, tuple[Problem, ...]]:
    """Return a schema-valid detection's final query and what is wrong with it or its template.

    `parameters` are a tenant's values, by name, for the whole catalog. The rendering is None where
    a problem keeps it from being made. A query without `template` and `parameters` is never
    touched; the text that a template renders is not touched afterwards.
    """
    document = detection.document
    template, query = document.get("template"), document.get("query")
    if template is None and document.get("parameters") is None:
        return plain(str(query)), ()
    given = given_values(document, parameters)
    if template is None and not any(mark in str(query) for mark in _CHANGED_BY_JINJA):
        unused = unused_values(given, ())
        return (plain(str(query)) if not given.problems else None), (*given.problems, *unused)
    # Jinja is loaded by the first detection that needs it.
    from generator.kql_templates.engine import render_template  # noqa: PLC0415

    return render_template(library, template, query, given)


def unused_values(given: GivenValues, used: Iterable[str]) -> tuple[Problem, ...]:
    """Return a problem for each value that no template names."""
    names = set(used)
    return tuple(
        Problem(UNUSED_VALUE, f"no template uses {name}", InDocument(path, "key"))
        for name, path in given.paths.items()
        if name not in names
    )
