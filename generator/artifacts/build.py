"""Which artifacts a catalog has, and every byte of them. Nothing here touches a disk.

A resource is rendered once per form; its bytes are shared by its own files and the catalog's, which
is why a file is a sequence of chunks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.artifacts.arm import arm_resource, arm_template
from generator.artifacts.bicep import bicep_file, bicep_resource
from generator.artifacts.errors import ArtifactError
from generator.artifacts.split import TEMPLATE_BYTES, request_size, split_templates
from generator.catalog.configuration import Configuration
from generator.findings import Code, InFile, Problem, Severity
from generator.kinds import KINDS
from generator.kinds.kind import Resource

Content = tuple[bytes, ...]
"""The bytes of one file, in chunks."""

Artifacts = Mapping[str, Content]
"""Content by path, relative to the output folder with `/`."""

PATH_CONFLICT = Code(
    "SG801",
    summary="Artifacts with the same name",
    explanation=(
        "Each detection is written to `arm/AREA/SLUG.json` and `.bicep`. Windows and macOS do not "
        "tell names apart that differ only in case, `arm/catalog/all.json` belongs to the whole "
        "catalog, and a file cannot have the name of a folder. One of the two would be lost, so "
        "nothing is written: rename one of the detections."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
TOO_LARGE = Code(
    "SG802",
    summary="Rule that no artifact can hold",
    explanation=(
        "An ARM template may have 4 MB, a text in Bicep 131,072 characters, a number in Bicep 64 "
        "bits, and a file only characters that UTF-8 can encode. A rule beyond that cannot be "
        "written, and shortening it would be another rule."
    ),
    severity=Severity.ERROR,
    source="Azure Resource Manager documentation, template limits; Azure/bicep, LanguageConstants.",
    waivable=False,
)


@dataclass(frozen=True, slots=True)
class _Rendered:
    resource: Resource
    arm: bytes
    bicep: bytes
    size: int


def plan_artifacts(
    resources: Sequence[Resource], configuration: Configuration, *, catalog: bool = True
) -> dict[str, Content]:
    """Return every artifact of the resources that have any, in the order of their paths.

    With `catalog`, the templates of the whole catalog are among them; without resources there is no
    such template.

    Raises ArtifactError with one problem for each resource that cannot be written, and for each two
    files that would be one on some file system.
    """
    written = (resource for resource in resources if resource.is_artifact)
    ordered = sorted(written, key=lambda resource: resource.label)
    problems: list[Problem] = []
    rendered: list[_Rendered] = []
    for resource in ordered:
        try:
            rendered.append(_render(resource, configuration))
        except ValueError as error:
            problems.append(Problem(TOO_LARGE, str(error), InFile(resource.file)))
    if problems:
        raise ArtifactError(problems)
    files: dict[str, Content] = {}
    sources: dict[str, str] = {}
    if catalog:
        for path, source, content in _catalog_files(rendered, configuration):
            files[path] = content
            sources[path] = f"{source}/"
    for one in rendered:
        for path, content in _own_files(one, configuration):
            if path in files:
                problems.append(_conflict(path, one.resource.file, path, sources[path]))
            files[path] = content
            sources[path] = one.resource.file
    problems += _conflicts(sources)
    if problems:
        raise ArtifactError(problems)
    return dict(sorted(files.items()))


def _render(resource: Resource, configuration: Configuration) -> _Rendered:
    arm = arm_resource(resource)
    size = request_size(arm)
    if size > TEMPLATE_BYTES:
        raise ValueError(
            f"the rule takes {size:,} bytes, and a template may have {TEMPLATE_BYTES:,}"
        )
    bicep = bicep_resource(resource, configuration.bicep_form)
    try:
        return _Rendered(resource, arm.encode(), bicep.encode(), size)
    except UnicodeEncodeError as error:
        raise ValueError(
            f"the rule holds half of a surrogate pair, U+{ord(error.object[error.start]):04X}"
        ) from error


def _own_files(one: _Rendered, configuration: Configuration) -> Iterator[tuple[str, Content]]:
    label, file = one.resource.label, one.resource.file
    yield f"{label}.bicep", bicep_file(file, configuration.bicep_form, [one.bicep])
    yield f"{label}.json", arm_template(file, [one.arm])


def _catalog_files(
    rendered: Sequence[_Rendered], configuration: Configuration
) -> Iterator[tuple[str, str, Content]]:
    """Yield path, source and content of the templates of everything of a kind.

    Sentinel Repositories skips a template that holds a foreign type, so that each kind has its own.
    """
    for kind in KINDS.values():
        own = [one for one in rendered if one.resource.kind == kind.name]
        for number, part in enumerate(split_templates(one.size for one in own), start=1):
            name = f"catalog/{kind.catalog}" + ("" if number == 1 else f"-{number}")
            bicep = [one.bicep for one in own[part]]
            source = kind.seat.folder
            yield f"{name}.bicep", source, bicep_file(source, configuration.bicep_form, bicep)
            yield f"{name}.json", source, arm_template(source, [one.arm for one in own[part]])


def _conflicts(sources: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what only a file system would notice: names that it does not tell apart."""
    seen: dict[str, str] = {}
    for path in sorted(sources):
        other = seen.setdefault(folded_name(path), path)
        if other != path:
            yield _conflict(path, sources[path], other, sources[other])
    for path in sorted(sources):
        parts = folded_name(path).split("/")
        for depth in range(1, len(parts)):
            other = seen.get("/".join(parts[:depth]), "")
            if other:
                yield _conflict(path, sources[path], other, sources[other])


def folded_name(path: str) -> str:
    """Return what a file system compares that counts neither case nor Unicode composition."""
    return unicodedata.normalize("NFC", path).casefold()


def _conflict(path: str, file: str, other: str, other_file: str) -> Problem:
    return Problem(
        PATH_CONFLICT,
        f"its artifact {path} and {other} of {other_file} cannot both be written",
        InFile(file),
        "Rename one of the detections; on some systems names that differ only in case are one.",
    )
