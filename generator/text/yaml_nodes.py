"""YAML text becomes a node tree, within limits that hostile text cannot pass.

The dialect is YAML 1.1 as PyYAML reads it, with two differences: timestamps stay text, and so does
a lone `=`. Nodes know where they stand, so this module serves loading and positions alike; what
the nodes mean is not decided here.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml
from yaml.resolver import Resolver

from generator.text.yaml_depth import too_deep_at

MAX_DEPTH = 100
"""Levels of nesting. A rule needs seven; more levels would only serve to exhaust the stack."""

STR_TAG = "tag:yaml.org,2002:str"
SEQ_TAG = "tag:yaml.org,2002:seq"
MAP_TAG = "tag:yaml.org,2002:map"
MERGE_TAG = "tag:yaml.org,2002:merge"

_KEPT_AS_TEXT = frozenset({"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:value"})
_IMPLICIT: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    first: tuple((tag, pattern) for tag, pattern in resolvers if tag not in _KEPT_AS_TEXT)
    for first, resolvers in Resolver.yaml_implicit_resolvers.items()
}

_RARE_BREAKS = "\x85\u2028\u2029"


class TooDeepError(Exception):
    """The document nests deeper than MAX_DEPTH; `offset` is where, in characters."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"more than {MAX_DEPTH} levels of nesting")
        self.offset = offset


class _Resolution:
    """Resolves tags as PyYAML's resolver does, without what no document here uses."""

    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool]) -> str:
        """Return the tag of a node that carries none."""
        if kind is yaml.ScalarNode:
            if implicit[0]:
                for tag, pattern in _IMPLICIT.get(value[:1], ()):
                    if pattern.match(value):
                        return tag
            return STR_TAG
        return SEQ_TAG if kind is yaml.SequenceNode else MAP_TAG

    def descend_resolver(self, parent: object, index: object) -> None:
        """Do nothing: there are no path resolvers."""

    def ascend_resolver(self) -> None:
        """Do nothing: there are no path resolvers."""


class _PureParser(_Resolution, yaml.SafeLoader):
    pass


_Parser: type[Any] = _PureParser

if yaml.__with_libyaml__:

    class _NativeParser(_Resolution, yaml.CSafeLoader):
        pass

    _Parser = _NativeParser


def compose(text: str) -> yaml.Node | None:
    """Return the root node of the only document in the text; None when there is no document.

    Raises TooDeepError, and yaml.YAMLError for text that is not one YAML document.
    """
    _refuse_deep_nesting(text)
    parser = _Parser(text)
    with _collector_paused():
        try:
            node: yaml.Node | None = parser.get_single_node()
        finally:
            parser.dispose()
    return node


@contextmanager
def _collector_paused() -> Iterator[None]:
    # A document of a mebibyte can make a million nodes. None of them is garbage yet, and walking
    # them again and again takes the collector longer than the parser needs to make them.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _refuse_deep_nesting(text: str) -> None:
    # Composing recurses on the C stack, so depth is judged before: by the events of a text that is
    # YAML. Where the parser gives up, its own limits may be the reason, so the count decides.
    if not _can_be_deep(text):
        return
    parser: Any = None
    try:
        parser = _Parser(text)
        offset = _too_deep_event(parser)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        offset = too_deep_at(text if mark is None else text[: mark.index], MAX_DEPTH)
        if offset is None:
            raise
    finally:
        if parser is not None:
            parser.dispose()
    if offset is not None:
        raise TooDeepError(offset)


def _can_be_deep(text: str) -> bool:
    # Every level takes a bracket, or a column of its own at the begin of a line (a list may share
    # its mapping's, and a list in brackets may hold a mapping without). Few texts have as many.
    if text.count("\r") != text.count("\r\n") or any(mark in text for mark in _RARE_BREAKS):
        return True
    brackets = 2 * text.count("[") + text.count("{")
    columns = max(0, (MAX_DEPTH - brackets) // 2)
    return re.search(rf"^[ \t?:-]{{{columns}}}", text, re.MULTILINE) is not None


def _too_deep_event(parser: Any) -> int | None:
    depth = 0
    while parser.check_event():
        event = parser.get_event()
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                return event.start_mark.index if event.start_mark is not None else 0
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None
