"""What `validate` reads beside the detections that it was asked for: tenants and templates, always.

A command that needs one tenant loads that one by itself; nothing is deployed or built from what is
read here.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Catalog, FileProblem
from generator.catalog.selection import Selection, unread_slugs
from generator.kinds import seats
from generator.kql_templates.library import TemplateLibrary
from generator.tenants.load import load_tenants, shared_workspace
from generator.tenants.selection import misfits
from generator.text.source_text import SourceText


def tenant_problems(catalog: Catalog) -> Iterator[FileProblem]:
    """Yield what is wrong with the tenant files, alone and against the catalog."""
    unread = unread_slugs(catalog)
    seen: dict[tuple[str, str], str] = {}
    for loaded in load_tenants(catalog.root, seats()):
        problems = loaded.problems
        if loaded.target is not None and loaded.source is not None:
            first = seen.setdefault(loaded.target.identity, loaded.source.file)
            if first != loaded.source.file:
                shared = shared_workspace(loaded.target, loaded.target, first)
                problems = (*problems, shared) if shared else problems
        if loaded.choice is not None:
            problems = (*problems, *misfits(loaded.choice, catalog.detections, unread))
        for problem in problems:
            yield FileProblem(loaded.source, None, problem)


def template_problems(catalog: Catalog, selection: Selection) -> Iterator[FileProblem]:
    """Yield what is wrong with templates and shows without a detection of the selection."""
    library = TemplateLibrary(catalog.root)
    if not (library.names or library.stray_files):
        return
    # Jinja costs more to import than a whole catalog of plain queries takes to load.
    from generator.kql_templates.unused import library_problems  # noqa: PLC0415

    documents = [
        (detection.source.file, detection.document)
        for detection in catalog.detections
        if selection.covers(detection.source.file)
    ]
    rendered = [document["template"] for _, document in documents if "template" in document]
    queries = [
        SourceText(file, document["query"])
        for file, document in documents
        if "query" in document and "parameters" in document
    ]
    yield from library_problems(library, rendered, queries)
