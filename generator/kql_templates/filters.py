"""The filters and tests that templates have, all of them by name.

Everything that brings chance, a clock, markup or output that nobody can foresee is left out
(`random`, `pprint`, `format`, `center`, `wordwrap`, `urlize`, `tojson`, …). Each filter pays for
what it looks at before it runs; only a few take KQL text.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import update_wrapper
from types import GeneratorType
from typing import TYPE_CHECKING, Any, cast

from jinja2.filters import FILTERS
from jinja2.runtime import Undefined
from jinja2.tests import TESTS

from generator.kql.literals import datetime_literal, literal, timespan_literal
from generator.kql_templates.fault import (
    REFUSED_OPERATION,
    TEMPLATE_FAILURE,
    TEMPLATE_LIMIT,
    TemplateFaultError,
)
from generator.kql_templates.kql_text import KqlText, indented, raw_text, trimmed

if TYPE_CHECKING:
    from generator.kql_templates.environment import KqlEnvironment

FROM_JINJA = (
    "abs",
    "capitalize",
    "count",
    "d",
    "default",
    "dictsort",
    "first",
    "groupby",
    "items",
    "last",
    "length",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "reverse",
    "select",
    "selectattr",
    "sort",
    "sum",
    "unique",
    "upper",
)
"""Jinja's own filters that are safe as they are."""

TEST_NAMES = (
    "boolean",
    "defined",
    "divisibleby",
    "eq",
    "equalto",
    "even",
    "false",
    "float",
    "ge",
    "gt",
    "greaterthan",
    "in",
    "integer",
    "iterable",
    "le",
    "lessthan",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "sequence",
    "string",
    "true",
    "undefined",
    "upper",
    "==",
    "!=",
    ">",
    ">=",
    "<",
    "<=",
)

_WIDEST_INDENTATION = 100
_TAKE_KQL_TEXT = frozenset(["d", "default", "indent", "raw_kql", "trim"])


def allowed_filters(environment: KqlEnvironment) -> dict[str, Callable[..., Any]]:
    """Return the filters of one environment, each paying from its budget."""

    def join(value: Any, separator: str = "") -> str:
        texts = [value_text(item) for item in value]
        glue = value_text(separator)
        environment.budget.write(sum(map(len, texts)) + len(glue) * len(texts))
        return glue.join(texts)

    def replace(value: Any, old: str, new: str) -> str:
        text, old, new = value_text(value), value_text(old), value_text(new)
        environment.budget.write(len(text) + text.count(old) * len(new))
        return text.replace(old, new)

    own: dict[str, Callable[..., Any]] = {
        "float": _float,
        "indent": _indent,
        "int": _int,
        "join": join,
        "raw_kql": _raw_kql,
        "replace": replace,
        "round": _round,
        "string": value_text,
        "trim": _trim,
    }
    filters: dict[str, Callable[..., Any]] = {name: FILTERS[name] for name in FROM_JINJA}
    filters.update(own)
    return {name: _metered(environment, name, filters[name]) for name in sorted(filters)}


def allowed_tests() -> dict[str, Callable[..., Any]]:
    """Return the tests that can follow `is`."""
    return {name: cast("Callable[..., Any]", TESTS[name]) for name in TEST_NAMES}


def value_text(value: object) -> str:
    """Return a value as text that is to be joined with other text, spelled as KQL would.

    Raises TemplateFaultError for KQL text and for what is no single value.
    """
    match value:
        case Undefined():
            return str(value)  # which refuses, and says which name is missing
        case KqlText():
            raise TemplateFaultError(
                REFUSED_OPERATION,
                "KQL text cannot become part of a value; write it where it belongs",
            )
        case str():
            return value
        case bool() | int():
            return literal(value)
        case float() if math.isfinite(value):
            return repr(value)
        case timedelta():
            return timespan_literal(value)
        case datetime():
            return datetime_literal(value.astimezone(UTC)).removeprefix("datetime(")[:-1]
        case _:
            raise TemplateFaultError(
                TEMPLATE_FAILURE, "only text, numbers, booleans and times can be joined"
            )


def _metered(
    environment: KqlEnvironment, name: str, function: Callable[..., Any]
) -> Callable[..., Any]:
    # Jinja passes some filters the context, the environment or both before the value.
    leading = 1 if hasattr(function, "jinja_pass_arg") else 0

    def filter_(*arguments: Any, **options: Any) -> Any:
        value = arguments[leading]
        if isinstance(value, KqlText) and name not in _TAKE_KQL_TEXT:
            raise TemplateFaultError(
                REFUSED_OPERATION, f"KQL text cannot go through the filter {name}"
            )
        for operand in (*arguments[leading:], *options.values()):
            environment.budget.weigh(operand)
        result = function(*arguments, **options)
        if isinstance(result, GeneratorType | reversed) or type(result).__name__.endswith(
            "iterator"
        ):
            result = list(environment.budget.iterate(result))
        environment.budget.weigh(result)
        return result

    wrapper: Callable[..., Any] = update_wrapper(filter_, function)
    return wrapper


def _raw_kql(value: object) -> KqlText:
    if isinstance(value, KqlText):
        return value
    return raw_text(value_text(value))


def _trim(value: object) -> str:
    return trimmed(value) if isinstance(value, KqlText) else value_text(value).strip()


def _indent(value: object, width: int = 4, first: bool = False) -> KqlText:
    if not isinstance(value, KqlText):
        raise TemplateFaultError(
            REFUSED_OPERATION, "indent is for KQL text: a macro's, a block's, an include's"
        )
    if not 0 <= width <= _WIDEST_INDENTATION:
        raise TemplateFaultError(
            TEMPLATE_LIMIT, f"a line is indented by 0 to {_WIDEST_INDENTATION} blanks"
        )
    return indented(value, " " * width, first=first)


def _int(value: object) -> int:
    if isinstance(value, str | float | int):
        return int(value)
    raise TemplateFaultError(TEMPLATE_FAILURE, "only text and numbers become whole numbers")


def _float(value: object) -> float:
    if isinstance(value, str | float | int):
        return float(value)
    raise TemplateFaultError(TEMPLATE_FAILURE, "only text and numbers become reals")


def _round(value: float, precision: int = 0) -> float:
    return round(value, precision) if precision else float(round(value))
