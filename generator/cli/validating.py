"""What `validate` loads: what was asked for, and every tenant file and template beside it."""

from __future__ import annotations

from collections.abc import Sequence

from generator.catalog.detection import FileProblem
from generator.cli.console import warn
from generator.cli.content import Content, load_content
from generator.cli.options import Settings
from generator.surroundings import template_problems, tenant_problems
from generator.tenants.discovery import tenant_file


def load_all(
    settings: Settings, paths: Sequence[str], tenant: str | None
) -> tuple[Content, tuple[FileProblem, ...]]:
    """Load content as every command does, and the problems of what stands around it.

    What is wrong with the file of the named tenant is among the problems; the detections are then
    looked at without the tenant, and that is said. Raises CommandError as `load_content` does, and
    for a tenant that does not exist.
    """
    content = load_content(settings, paths)
    around = tuple(tenant_problems(content.catalog))
    if tenant is not None:
        file = tenant_file(tenant)
        if any(problem.file == file for problem in around):
            warn(f"{file} has problems, so the detections were checked without it")
        else:
            content = load_content(settings, paths, tenant=tenant)
    return content, (*around, *template_problems(content.catalog, content.selection))
