"""What a detection gives its template: values and parameters, under names that a template can use.

How a value becomes one of its type is `typed_values`'. No Jinja in here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from generator.findings import Code, DocumentPath, InDocument, Problem, Severity
from generator.kql.literals import Value
from generator.kql_templates.typed_values import UnusableValueError, parameter_value, untyped_value

UNUSABLE_VALUE = Code(
    "SG320",
    summary="Value that cannot be used",
    explanation=(
        "`values` take their type from YAML: text, whole number, real, true or false, list; "
        "{timespan: 1h}, {datetime: 2026-01-31}, {dynamic: …}, {column: Name} and {table: Name} "
        "give the others. YAML reads NO, on, yes and the like as booleans: quote them where text "
        "is meant."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
PARAMETER_OF_WRONG_TYPE = Code(
    "SG321",
    summary="Parameter of the wrong type",
    explanation=(
        "A parameter's default and every tenant's value for it are of the declared type. Nothing "
        "is converted in silence: text is quoted where YAML would read a number or a boolean."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
PARAMETER_WITHOUT_VALUE = Code(
    "SG322",
    summary="Parameter without a value",
    explanation=(
        "A parameter without a default needs a value from every tenant, and here there is none. "
        "Give it a default that suits most, or name the tenant."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
VALUE_AND_PARAMETER = Code(
    "SG323",
    summary="Name that is both a value and a parameter",
    explanation=(
        "A template reads one name and cannot tell which of the two is meant. Keep the parameter "
        "where tenants tune it, the value where they do not."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
RESERVED_NAME = Code(
    "SG324",
    summary="Name that a template cannot use",
    explanation=(
        "A name has letters, digits and underscores and does not begin with a digit. Jinja's own "
        "words and variables (loop, self, true, in, …) mean something else in a template; KQL's "
        "keywords are fine."
    ),
    severity=Severity.ERROR,
    source="Jinja, Template Designer Documentation.",
    waivable=False,
)

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
RESERVED_NAMES = frozenset(
    [
        "and",
        "as",
        "block",
        "call",
        "caller",
        "context",
        "else",
        "elif",
        "extends",
        "false",
        "False",
        "filter",
        "for",
        "from",
        "if",
        "import",
        "in",
        "include",
        "is",
        "kwargs",
        "loop",
        "macro",
        "namespace",
        "none",
        "None",
        "not",
        "or",
        "range",
        "dict",
        "raw",
        "recursive",
        "self",
        "set",
        "super",
        "true",
        "True",
        "varargs",
        "with",
        "without",
    ]
)
"""Words and variables of Jinja's own; a value under such a name would hide one or be hidden."""


@dataclass(frozen=True, slots=True)
class GivenValues:
    """The values by name, and the problems that kept others from being among them."""

    values: Mapping[str, Value]
    paths: Mapping[str, DocumentPath]
    problems: tuple[Problem, ...]


def given_values(document: Mapping[str, Any], tenant: Mapping[str, object]) -> GivenValues:
    """Collect what a schema-valid detection gives its template.

    `tenant` holds a tenant's parameters for the whole catalog; those that this detection does not
    declare are not its business.
    """
    values: dict[str, Value] = {}
    paths: dict[str, DocumentPath] = {}
    problems: list[Problem] = []
    written = document.get("values") or {}
    declared = document.get("parameters") or {}
    for name, value in written.items():
        path: DocumentPath = ("values", name)
        problem = _name_problem(name, path)
        if problem is None:
            paths[name] = path
            if value is not None:
                try:
                    values[name] = untyped_value(value)
                except ValueError as error:
                    problem = Problem(UNUSABLE_VALUE, f"{name}: {error}", _place(path, error))
        if problem is not None:
            problems.append(problem)
    for name, declaration in declared.items():
        path = ("parameters", name)
        problem = _name_problem(name, path)
        if problem is None:
            paths.setdefault(name, path)
        if problem is None and name in written:
            problem = Problem(
                VALUE_AND_PARAMETER,
                f"{name} is both a value and a parameter, and only one can be meant",
                InDocument(path, "key"),
            )
        if problem is None:
            value_or_problem = _parameter(name, declaration, tenant)
            if isinstance(value_or_problem, Problem):
                problem = value_or_problem
            else:
                values[name] = value_or_problem
        if problem is not None:
            problems.append(problem)
    return GivenValues(MappingProxyType(values), MappingProxyType(paths), tuple(problems))


def _place(path: DocumentPath, error: ValueError) -> InDocument:
    item = error.item if isinstance(error, UnusableValueError) else None
    return InDocument(path if item is None else (*path, item))


def _name_problem(name: str, path: DocumentPath) -> Problem | None:
    if name in RESERVED_NAMES:
        return Problem(
            RESERVED_NAME, f"{name} is a word of the template language", InDocument(path, "key")
        )
    if not _NAME.fullmatch(name):
        return Problem(
            RESERVED_NAME,
            f"{name!r} cannot be written in a template: a name has letters, digits and _, "
            "and does not begin with a digit",
            InDocument(path, "key"),
        )
    return None


def _parameter(
    name: str, declaration: Mapping[str, Any], tenant: Mapping[str, object]
) -> Value | Problem:
    type_, default = declaration["type"], declaration.get("default")
    if default is not None:
        try:
            value = parameter_value(type_, default)
        except ValueError as error:
            path: DocumentPath = ("parameters", name, "default")
            return Problem(
                PARAMETER_OF_WRONG_TYPE, f"the default of {name}: {error}", _place(path, error)
            )
    given = tenant.get(name)
    if given is not None:
        try:
            value = parameter_value(type_, given)
        except ValueError as error:
            return Problem(
                PARAMETER_OF_WRONG_TYPE,
                f"the tenant's value of {name}: {error}",
                InDocument(("parameters", name), "key"),
            )
    elif default is None:
        return Problem(
            PARAMETER_WITHOUT_VALUE,
            f"the parameter {name} has no default, and no value is given here",
            InDocument(("parameters", name), "key"),
            "give it a default, or a value in every tenant's parameters",
        )
    return value
