"""Reads the faults file: a YAML list in which every key counts and none may be misspelled.

Nothing is guessed or defaulted; the first thing that cannot be used ends the reading with its line.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import yaml

from generator.emulator.faults import Fault

_KEYS = ("on", "times", "share", "status", "latencyMs", "drop", "staleList")
_EFFECTS = ("status", "latencyMs", "drop", "staleList")
_METHODS = ("*", "GET", "PUT", "DELETE")
_LARGEST_FILE = 1_000_000
_LONGEST_DELAY_MS = 600_000


class FaultFileError(Exception):
    """The faults file cannot be used; the message says where and why."""


class _WrongFaultError(Exception):
    """What is wrong with one entry, without its place."""


def load_faults(path: Path) -> tuple[Fault, ...]:
    """Read a faults file. Raises FaultFileError for whatever is not exactly as documented."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise FaultFileError(f"{path}: larger than {_LARGEST_FILE} bytes")
        root = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise FaultFileError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise FaultFileError(f"{path}: not YAML: {error}") from error
    if not isinstance(root, yaml.SequenceNode):
        raise FaultFileError(f"{path}: must be a list of faults")
    faults = []
    for node in root.value:
        try:
            faults.append(_fault(_entry(node)))
        except _WrongFaultError as error:
            raise FaultFileError(f"{path}:{node.start_mark.line + 1}: {error}") from error
    return tuple(faults)


def _entry(node: yaml.Node) -> dict[str, Any]:
    if not isinstance(node, yaml.MappingNode):
        raise _WrongFaultError('a fault is a mapping such as {on: "PUT *", times: 1, status: 500}')
    entry: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        # YAML 1.1 reads a bare `on` as true; the text of the key is what was meant.
        if not isinstance(key, str) or key not in _KEYS:
            raise _WrongFaultError(f"unknown key {key!r}{_suggestion(str(key))}")
        if key in entry:
            raise _WrongFaultError(f"the key {key!r} stands twice")
        if not isinstance(value_node, yaml.ScalarNode):
            raise _WrongFaultError(f"{key} must be a single value")
        try:
            entry[key] = yaml.SafeLoader("").construct_object(value_node)
        except (yaml.YAMLError, ValueError) as error:
            raise _WrongFaultError(f"{key}: {error}") from error
    return entry


def _suggestion(key: str) -> str:
    close = difflib.get_close_matches(key, _KEYS, n=1)
    return f", did you mean {close[0]!r}?" if close else f"; known are {', '.join(_KEYS)}"


def _fault(entry: dict[str, Any]) -> Fault:
    if "on" not in entry:
        raise _WrongFaultError('on is missing: a method and a path such as "PUT *"')
    method, path = _pattern(entry["on"])
    if "times" in entry and "share" in entry:
        raise _WrongFaultError("times and share exclude each other")
    effects = [name for name in _EFFECTS if name in entry]
    if len(effects) != 1:
        raise _WrongFaultError(
            f"exactly one of {', '.join(_EFFECTS)} is needed, got {len(effects)}"
        )
    if entry.get("staleList", True) is not True:
        raise _WrongFaultError("staleList can only be true")
    if "drop" in entry and entry["drop"] not in ("before", "after"):
        raise _WrongFaultError(f"drop must be before or after, not {entry['drop']!r}")
    return Fault(
        on=str(entry["on"]),
        method=method,
        path=path,
        times=_whole_number(entry, "times", 1, 1_000_000_000),
        share=_share(entry),
        status=_whole_number(entry, "status", 400, 599),
        latency_ms=_whole_number(entry, "latencyMs", 0, _LONGEST_DELAY_MS),
        drop=entry.get("drop"),
        stale_list="staleList" in entry,
    )


def _pattern(on: object) -> tuple[str, str]:
    words = on.split() if isinstance(on, str) else []
    if words == ["*"]:
        return "*", "*"
    if len(words) != 2 or words[0].upper() not in _METHODS:
        raise _WrongFaultError(
            f'on must be a method ({", ".join(_METHODS)}) and a path such as "PUT *", not {on!r}'
        )
    path = words[1].lower()
    return words[0].upper(), path if path.startswith(("/", "*")) else f"*/{path}"


def _whole_number(entry: dict[str, Any], key: str, low: int, high: int) -> int | None:
    value = entry.get(key)
    if key not in entry:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise _WrongFaultError(f"{key} must be a whole number from {low} to {high}, not {value!r}")
    return value


def _share(entry: dict[str, Any]) -> float | None:
    if "share" not in entry:
        return None
    share = entry["share"]
    if not isinstance(share, int | float) or isinstance(share, bool) or not 0 < share <= 1:
        raise _WrongFaultError(f"share must be a number above 0 and up to 1, not {share!r}")
    return float(share)
