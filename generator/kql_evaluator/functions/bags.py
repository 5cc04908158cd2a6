"""Functions on dynamic values as a whole and on property bags: JSON, keys, packing."""

from __future__ import annotations

import csv
import io
import re

from generator.kql_evaluator.budget import Budget
from generator.kql_evaluator.conversion import CONVERSIONS
from generator.kql_evaluator.errors import InvalidArgumentError, UnsupportedArgumentError
from generator.kql_evaluator.formats import json_text, to_text
from generator.kql_evaluator.functions import work
from generator.kql_evaluator.functions.registry import Call, Evaluate, Family
from generator.kql_evaluator.parsing import parse_json as parse
from generator.kql_evaluator.values import Value, null_of

FAMILY = Family("Dynamic values and bags")


def _json_read(budget: Budget, *values: Value) -> None:
    budget.letters(1, *values)


@FAMILY.prepared("parse_json", "parsejson", "todynamic", "toobject", strict=False, work=_json_read)
def parse_json(call: Call) -> Evaluate:
    """Text that is not JSON stays that text; a dynamic value is itself, even where it is text."""
    return _itself if call.arguments[0].type == "dynamic" else _parsed


def _itself(value: Value) -> Value:
    return value


def _parsed(value: Value) -> Value:
    return parse(value) if isinstance(value, str) else value


@FAMILY.scalar("dynamic_to_json", strict=False, work=work.written)
def dynamic_to_json(value: Value) -> str:
    """Canonical JSON: sorted keys, no blanks."""
    return "" if value is None else json_text(_canonical(value))


def _canonical(value: Value) -> Value:
    if isinstance(value, dict):
        return {key: _canonical(value[key]) for key in sorted(value)}
    return [_canonical(item) for item in value] if isinstance(value, list) else value


_STEP = re.compile(r"""\.?([^.\[\]'"]+)|\[(-?\d+)\]|\[(?:'([^']*)'|"([^"]*)")\]""")


def path_steps(path: str) -> list[str | int]:
    """Return the keys and indexes of a JSON path (`$.a[0]['b']`). Raises UnsupportedArgumentError
    for wildcards, filters and recursive descent.
    """
    steps: list[str | int] = []
    rest = path.removeprefix("$")
    while rest:
        match = _STEP.match(rest)
        if match is None or "*" in match[0] or rest.startswith(".."):
            raise UnsupportedArgumentError(f"the JSON path {path!r} is more than keys and indexes")
        key, index, single, double = match.groups()
        steps.append(
            int(index) if index else next(t for t in (key, single, double) if t is not None)
        )
        rest = rest[match.end() :]
    return steps


def _at_path(value: Value, steps: list[str | int]) -> Value:
    for step in steps:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


@FAMILY.prepared(
    "extract_json",
    "extractjson",
    parameters=("string", "any", "any"),
    strict=False,
    work=_json_read,
)
def extract_json(call: Call) -> Evaluate:
    """The null of the type where the path leads nowhere."""
    convert = CONVERSIONS.get(call.result_type, to_text)
    missing = null_of(call.result_type)
    if call.constant(0) is not None:
        path_steps(call.constant(0))

    def evaluate(path: str, source: Value, _: Value = None) -> Value:
        found = _at_path(_parsed(source), path_steps(path))
        return missing if found is None else convert(found)

    return evaluate


@FAMILY.scalar("bag_pack", "pack", "pack_dictionary", strict=False)
def bag_pack(*pairs: Value) -> dict[str, Value]:
    """Keys and values in turn."""
    if len(pairs) % 2:
        raise InvalidArgumentError("every key needs a value")
    return {to_text(pairs[at]): pairs[at + 1] for at in range(0, len(pairs), 2)}


@FAMILY.scalar("bag_keys")
def bag_keys(bag: Value) -> list[str] | None:
    """The keys of the root."""
    return list(bag) if isinstance(bag, dict) else None


@FAMILY.scalar("bag_has_key", parameters=("dynamic", "string"))
def bag_has_key(bag: Value, key: str) -> bool | None:
    """The key may be a JSON path."""
    if not isinstance(bag, dict):
        return None
    if not key.startswith("$"):
        return key in bag
    *before, last = path_steps(key)
    inner = _at_path(bag, before)
    if isinstance(last, int):
        return isinstance(inner, list) and -len(inner) <= last < len(inner)
    return isinstance(inner, dict) and last in inner


def _merged_keys(budget: Budget, *bags: Value) -> None:
    budget.step(sum(len(bag) for bag in bags if isinstance(bag, dict)) << 2)


@FAMILY.scalar("bag_merge", strict=False, work=_merged_keys)
def bag_merge(*bags: Value) -> dict[str, Value] | None:
    """The leftmost value of a key; what is no bag is left out."""
    found = [bag for bag in bags if isinstance(bag, dict)]
    if not found:
        return None
    merged: dict[str, Value] = {}
    for bag in found:
        merged |= {key: value for key, value in bag.items() if key not in merged}
    return merged


def _removed_keys(budget: Budget, bag: Value, keys: Value) -> None:
    """A bag is made anew for each key."""
    if isinstance(bag, dict) and isinstance(keys, list):
        budget.step((1 + len(bag)) * (1 + len(keys)) << 1)


@FAMILY.scalar("bag_remove_keys", work=_removed_keys)
def bag_remove_keys(bag: Value, keys: Value) -> Value:
    """Keys may be JSON paths; indexes of arrays in them are not supported by the engine either."""
    if not isinstance(bag, dict) or not isinstance(keys, list):
        return None
    for key in keys:
        text = to_text(key)
        bag = _without(bag, path_steps(text) if text.startswith("$") else [text])
    return bag


def _without(value: Value, steps: list[str | int]) -> Value:
    step, rest = steps[0], steps[1:]
    if not isinstance(value, dict) or step not in value:
        return value
    if not rest:
        return {key: item for key, item in value.items() if key != step}
    return {key: _without(item, rest) if key == step else item for key, item in value.items()}


@FAMILY.scalar("bag_set_key", parameters=("dynamic", "string", "any"), strict=False)
def bag_set_key(bag: Value, key: str, value: Value) -> Value:
    """The key may be a JSON path of keys; missing bags on the way are made."""
    if not isinstance(bag, dict):
        return None
    steps = path_steps(key) if key.startswith("$") else [key]
    if not steps or any(isinstance(step, int) for step in steps):
        raise InvalidArgumentError("the key must be a name or a path of names")
    return _with_key(bag, [str(step) for step in steps], value)


def _with_key(bag: Value, steps: list[str], value: Value) -> Value:
    inner = bag if isinstance(bag, dict) else {}
    if len(steps) == 1:
        return {**inner, steps[0]: value}
    return {**inner, steps[0]: _with_key(inner.get(steps[0]), steps[1:], value)}


@FAMILY.scalar("bag_zip", strict=False)
def bag_zip(keys: Value, values: Value) -> dict[str, Value] | None:
    """Keys that are no text are left out with their values; missing values are null."""
    if not isinstance(keys, list):
        return None
    given = values if isinstance(values, list) else []
    return {
        key: given[index] if index < len(given) else None
        for index, key in enumerate(keys)
        if isinstance(key, str)
    }


@FAMILY.scalar("treepath", work=work.written)
def treepath(value: Value) -> list[str] | None:
    """Paths of keys; an array counts with its first element."""
    return _paths(value, "") if isinstance(value, dict | list) else None


def _paths(value: Value, prefix: str) -> list[str]:
    if isinstance(value, dict):
        inner = [(f"{prefix}['{key}']", item) for key, item in value.items()]
    elif isinstance(value, list) and value:
        inner = [(f"{prefix}[0]", item) for item in value if isinstance(item, dict | list)]
        inner = inner or [(f"{prefix}[0]", value[0])]
    else:
        return []
    paths: dict[str, None] = {}
    for path, item in inner:
        paths.setdefault(path)
        paths |= dict.fromkeys(_paths(item, path))
    return list(paths)


@FAMILY.scalar("parse_csv", parameters=("string",))
def parse_csv(text: str) -> list[str]:
    """The first record only."""
    try:
        return next(csv.reader(io.StringIO(text)), [""])
    except csv.Error as error:
        raise UnsupportedArgumentError(f"the text is not read as CSV: {error}") from None
