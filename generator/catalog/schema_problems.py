"""What the jsonschema library finds, said so that the author of a file can mend it.

One cause gives one problem: a misspelled key that is required is not missing as well, and a value of
the wrong type is not also outside of an enumeration.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from jsonschema.exceptions import ValidationError

from generator.findings import DocumentPath, InDocument, Problem

UNKNOWN_KEY = "SG020"
MISSING_KEY = "SG021"
WRONG_TYPE = "SG022"
UNKNOWN_VALUE = "SG023"
MALFORMED_TEXT = "SG024"
KEYS_AT_ODDS = "SG025"
HUNTING_QUERY = "SG026"
NO_GUID = "SG030"

_TYPE_NAMES = {
    "string": "text",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "integer": "a whole number",
}


def explain(
    document: Any, definition: Mapping[str, Any], found: Iterable[ValidationError]
) -> tuple[Problem, ...]:
    """Return one problem for each cause of the errors that the library found in a document."""
    errors = list(found)
    if not isinstance(document, dict | list) or any(
        error.validator == "type" and not error.absolute_path for error in errors
    ):
        return (_not_a_container(document, definition),)
    unknown = [
        (tuple(error.absolute_path), key, error)
        for error in errors
        if error.validator == "additionalProperties"
        for key in _unknown_keys(error)
    ]
    meant = {(path, _near(key, _known_keys(error))) for path, key, error in unknown}
    hunting = any(error.validator == "anyOf" and not error.absolute_path for error in errors)
    if hunting and "query" in document and not meant & {((), key) for key in _KIND_KEYS}:
        return (_hunting_query(),)
    mistyped = {tuple(error.absolute_path) for error in errors if error.validator == "type"}
    problems = [_unknown_key(path, key, error) for path, key, error in unknown]
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            continue
        if path in mistyped and error.validator != "type":
            continue
        problems.extend(_problems(error, path, meant))
    return tuple(problems)


_KIND_KEYS = ("kind", "queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold")


def _hunting_query() -> Problem:
    return Problem(
        HUNTING_QUERY,
        "this is a hunting query (it has neither a kind nor a schedule), not supported yet",
        InDocument((), "key"),
        "add kind: Scheduled with a schedule, or kind: NRT, to make it an analytics rule",
    )


def _not_a_container(document: Any, definition: Mapping[str, Any]) -> Problem:
    wanted = "a list" if definition.get("type") == "array" else "a mapping of keys to values"
    return Problem("SG008", f"the document is {_written(document)}, not {wanted}", InDocument(()))


def _problems(
    error: ValidationError, path: DocumentPath, meant: set[tuple[DocumentPath, str | None]]
) -> Iterator[Problem]:
    match error.validator:
        case "required":
            for key in error.validator_value:
                if key not in error.instance and (path, key) not in meant:
                    yield _missing(path, key, error)
        case "dependentRequired":
            for key, needed in error.validator_value.items():
                for other in needed:
                    if (
                        key in error.instance
                        and other not in error.instance
                        and (path, other) not in meant
                    ):
                        yield Problem(
                            KEYS_AT_ODDS,
                            f"{key!r} has no meaning without {other!r}",
                            InDocument((*path, key), "key"),
                        )
        case "not":
            yield Problem(
                KEYS_AT_ODDS,
                "a detection has either a query or a template, not both",
                InDocument((*path, "template"), "key"),
                "remove one of them",
            )
        case "anyOf":
            if not meant & {(path, key) for key in _KIND_KEYS}:
                yield Problem(
                    MISSING_KEY,
                    "the key 'kind' is missing: Scheduled or NRT",
                    InDocument(path, "key"),
                )
        case "type":
            yield _wrong_type(error, path)
        case "enum" | "const":
            yield _unknown_value(error, path)
        case "pattern":
            yield _malformed(error, path)
        case "minimum":
            yield Problem(
                UNKNOWN_VALUE,
                f"{_shown(path)} must be at least {error.validator_value}, not {error.instance}",
                InDocument(path),
            )
        case other:
            raise AssertionError(f"no message for the schema keyword {other}")


def _missing(path: DocumentPath, key: str, error: ValidationError) -> Problem:
    if key == "query" and "values" not in error.instance:
        message = "the key 'query' is missing, or 'template' in its place"
    elif key == "query":
        message = "the key 'template' is missing"
    else:
        message = f"the key {key!r} is missing"
    where = f" in {_shown(path)}" if path else ""
    return Problem(MISSING_KEY, message + where, InDocument(path, "key"))


def _unknown_keys(error: ValidationError) -> list[str]:
    return [key for key in error.instance if key not in error.schema["properties"]]


def _known_keys(error: ValidationError) -> list[str]:
    properties: Mapping[str, Any] = error.schema["properties"]
    return [key for key, part in properties.items() if not part.get("deprecated")]


def _unknown_key(path: DocumentPath, key: str, error: ValidationError) -> Problem:
    known = _known_keys(error)
    near = _near(key, known)
    help_ = None if near or len(known) > 12 else f"the keys here are {', '.join(known)}"
    return Problem(
        UNKNOWN_KEY,
        f"unknown key {_written(key)}" + (f": did you mean {near!r}?" if near else ""),
        InDocument((*path, key), "key"),
        help_,
    )


def _wrong_type(error: ValidationError, path: DocumentPath) -> Problem:
    wanted = error.validator_value
    names = [wanted] if isinstance(wanted, str) else wanted
    expected = " or ".join(_TYPE_NAMES[name] for name in names)
    value = error.instance
    help_ = None
    if "string" in names and isinstance(value, bool):
        help_ = "put it in quotes: YAML reads words such as no, off, on and yes as true or false"
    elif "string" in names and isinstance(value, int | float):
        help_ = "put it in quotes"
    elif "array" in names and not isinstance(value, dict):
        help_ = (
            "write it as a list: [" + _written(value).strip("'") + "]"
            if value is not None
            else None
        )
    elif names == ["boolean"] and isinstance(value, str):
        help_ = "write true or false without quotes"
    elif names == ["integer"] and isinstance(value, str) and value.isdecimal():
        help_ = "write it without quotes"
    return Problem(
        WRONG_TYPE,
        f"{_shown(path)} must be {expected}, not {_written(value)}",
        InDocument(path),
        help_,
    )


def _unknown_value(error: ValidationError, path: DocumentPath) -> Problem:
    allowed = error.validator_value if error.validator == "enum" else [error.validator_value]
    near = _near(str(error.instance), allowed)
    return Problem(
        UNKNOWN_VALUE,
        f"{_shown(path)} must be one of {', '.join(allowed)}, not {_written(error.instance)}"
        + (f": did you mean {near}?" if near else ""),
        InDocument(path),
    )


def _malformed(error: ValidationError, path: DocumentPath) -> Problem:
    what = error.schema["title"]
    if "propertyNames" in error.absolute_schema_path:
        place = InDocument((*path, error.instance), "key")
        return Problem(MALFORMED_TEXT, f"{_written(error.instance)} is no {what}", place)
    code = NO_GUID if path[-1:] == ("id",) else MALFORMED_TEXT
    help_ = None
    if code == NO_GUID and _without_braces(error.instance) != error.instance:
        help_ = "remove the braces"
    return Problem(
        code, f"{_shown(path)} {_written(error.instance)} is no {what}", InDocument(path), help_
    )


def _without_braces(text: str) -> str:
    return text.strip().strip("{}()")


def _near(text: str, known: Iterable[str]) -> str | None:
    by_lower = {word.lower(): word for word in known}
    near = get_close_matches(text.lower(), by_lower, n=1, cutoff=0.7)
    return by_lower[near[0]] if near else None


def _shown(path: DocumentPath) -> str:
    """Write a path as a person would: entityMappings[0].entityType."""
    shown = ""
    for step in path:
        shown += f"[{step}]" if isinstance(step, int) else f".{step}" if shown else step
    return shown or "the document"


def _written(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return repr(value if len(value) <= 60 else value[:60] + "…")
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            return str(value)
