"""Which detections of the catalog a tenant gets.

A selector or a parameter that hits nothing is an error, because it is most often a misspelling
that would leave a workspace without rules that somebody counts on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from generator.catalog.detection import Detection
from generator.catalog.discovery import CATALOG_FOLDER
from generator.findings import Code, DocumentPath, InDocument, Problem, Severity
from generator.kql_templates.typed_values import UnusableValueError, parameter_value
from generator.tenants.tenant import Choice, Selector, Tenant, TenantError
from generator.text.globs import of_slugs
from generator.text.near_names import did_you_mean
from generator.text.strict_document import as_lines

IDLE_SELECTOR = Code(
    "SG706",
    summary="Selector that matches no detection",
    explanation=(
        "The selector is most likely misspelled, or the detection was renamed: a workspace would "
        "lack rules that somebody counts on, or get those that were to be left out."
    ),
    severity=Severity.ERROR,
    source="Our own format, docs/deployment.md.",
    waivable=False,
)
UNKNOWN_PARAMETER = Code(
    "SG707",
    summary="Tenant's parameter that no detection has",
    explanation=(
        "No detection of the catalog declares a parameter of this name, so the value goes "
        "nowhere; nor does what is said of a document that the catalog does not have. Correct the "
        "name, or remove the value."
    ),
    severity=Severity.ERROR,
    source="Our own format, docs/deployment.md.",
    waivable=False,
)
MISTYPED_PARAMETER = Code(
    "SG708",
    summary="Tenant's value of the wrong type",
    explanation=(
        "A detection declares the parameter with a type, and every tenant's value is of that "
        "type. Nothing is converted in silence: text is quoted where YAML would read a number or "
        "a boolean."
    ),
    severity=Severity.ERROR,
    source="Our own format, docs/deployment.md.",
    waivable=False,
)
NOTHING_SELECTED = Code(
    "SG709",
    summary="Tenant that gets nothing",
    explanation=(
        "What `select` includes is excluded again, so no rule would be deployed. Correct the "
        "selectors, or remove the tenant."
    ),
    severity=Severity.ERROR,
    source="Our own format, docs/deployment.md.",
    waivable=False,
)


def select(
    tenant: Tenant, detections: Iterable[Detection], unread: Collection[str] = ()
) -> tuple[Detection, ...]:
    """Return the detections that the tenant gets, in the order given.

    `unread` are the slugs of files that hold no detection because something is wrong with them.
    Raises TenantError, with a line for each problem, when the tenant does not fit to the catalog.
    """
    catalog = tuple(detections)
    problems = list(misfits(tenant.choice, catalog, unread))
    if problems:
        raise TenantError("\n".join(as_lines(tenant.source, problems)))
    return selected(tenant, catalog)


def misfits(
    choice: Choice, catalog: Sequence[Detection], unread: Collection[str] = ()
) -> Iterator[Problem]:
    """Yield what a tenant says that does not fit to the catalog.

    A selector that matches no detection, a parameter that no detection has or whose value is not of
    its type, and selectors that leave nothing. What an unread file may be meant by is not judged,
    nor what selectors leave of which one cannot be used.
    """
    idle = list(_idle_selectors(choice, catalog, unread))
    yield from idle
    yield from _parameter_problems(choice, catalog, is_whole=not unread)
    if not unread:
        yield from _of_no_document(choice, catalog)
    is_known = choice.is_whole and not unread and not idle
    if catalog and is_known and not selected(choice, catalog):
        yield Problem(
            NOTHING_SELECTED,
            "the tenant gets no detection: what is included is excluded again",
            InDocument(("select",), "key"),
        )


def may_get(tenant: Tenant, slug: str) -> bool:
    """Tell whether the tenant may get a detection of which only the slug is known."""
    included = not tenant.include or any(
        selector.glob is None or _any_matches(selector.glob, (slug,)) for selector in tenant.include
    )
    return included and not any(
        selector.glob is not None and _any_matches(selector.glob, (slug,))
        for selector in tenant.exclude
    )


def selected(tenant: Tenant | Choice, catalog: Iterable[Detection]) -> tuple[Detection, ...]:
    """Return the detections that the tenant's selectors leave, in the order given."""
    return tuple(detection for detection in catalog if takes(tenant, detection))


def takes(tenant: Tenant | Choice, detection: Detection) -> bool:
    """Tell whether the tenant gets a detection."""
    if tenant.include and not any(matches(s, detection) for s in tenant.include):
        return False
    return not any(matches(s, detection) for s in tenant.exclude)


def matches(selector: Selector, detection: Detection) -> bool:
    """Tell whether a selector means a detection."""
    if selector.glob is not None:
        return of_slugs(selector.glob).matches(detection.slug)
    return all(_holds(key, value, detection) for key, value in selector.conditions.items())


def _holds(key: str, value: str, detection: Detection) -> bool:
    document = detection.document
    if key == "tag":
        return value in (document.get("tags") or ())
    if key == "id":
        return detection.id.casefold() == value.casefold()
    if key == "kind":
        # Without a kind but with a schedule a detection is Scheduled, and it has loaded.
        is_rule = detection.source.file.startswith(f"{CATALOG_FOLDER}/")
        return is_rule and (document.get("kind") or "Scheduled") == value
    return document.get("severity") == value


def _idle_selectors(
    choice: Choice, catalog: Sequence[Detection], unread: Collection[str]
) -> Iterator[Problem]:
    for selector in (*choice.include, *choice.exclude):
        if any(matches(selector, detection) for detection in catalog):
            continue
        if unread and (selector.glob is None or _any_matches(selector.glob, unread)):
            continue
        slugs = [detection.slug for detection in catalog]
        hint = did_you_mean(selector.glob, slugs) if selector.glob else ""
        yield Problem(
            IDLE_SELECTOR,
            f"{selector.written} matches no detection{hint}",
            InDocument(selector.path),
        )


def _of_no_document(choice: Choice, catalog: Sequence[Detection]) -> Iterator[Problem]:
    for folder, said in choice.of_documents.items():
        ids = {d.id.casefold() for d in catalog if d.source.file.startswith(f"{folder}/")}
        for id_ in (id_ for id_ in said if id_.casefold() not in ids):
            message = f"{folder}/ holds no document of this name{did_you_mean(id_, ids)}"
            yield Problem(UNKNOWN_PARAMETER, message, InDocument((folder, id_), "key"))


def _any_matches(glob: str, slugs: Iterable[str]) -> bool:
    pattern = of_slugs(glob)
    return any(pattern.matches(slug) for slug in slugs)


def _parameter_problems(
    choice: Choice, catalog: Sequence[Detection], *, is_whole: bool
) -> Iterator[Problem]:
    declared: dict[str, dict[str, Detection]] = {}
    for detection in catalog:
        for name, declaration in (detection.document.get("parameters") or {}).items():
            declared.setdefault(name, {}).setdefault(str(declaration.get("type")), detection)
    for name, value in choice.parameters.items():
        path: DocumentPath = ("parameters", name)
        if name not in declared and is_whole:
            message = f"no detection has a parameter {name}{did_you_mean(name, declared)}"
            yield Problem(UNKNOWN_PARAMETER, message, InDocument(path, "key"))
        for type_, detection in declared.get(name, {}).items():
            try:
                parameter_value(type_, value)
            except ValueError as error:
                at = error.item if isinstance(error, UnusableValueError) else None
                item = () if at is None else (at,)
                yield Problem(
                    MISTYPED_PARAMETER,
                    f"{name}: {error}",
                    InDocument((*path, *item)),
                    f"{detection.source.file} declares it with type {type_}",
                )
