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

# Every level of block nesting needs a column of its own (a sequence may share its mapping's), so a
# deep document has a line that begins with at least this many blanks and indicators.
_DEEP_LINE = re.compile(rf"^[ \t?:-]{{{MAX_DEPTH // 2 - 1}}}", re.MULTILINE)


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
    # Composing recurses on the C stack, so depth is judged before. Only documents that can be deep
    # at all are scanned: that takes many brackets or a long run of blanks at the start of a line.
    if text.count("[") + text.count("{") < MAX_DEPTH and not _DEEP_LINE.search(text):
        return
    parser = _Parser(text)
    depth = 0
    try:
        while parser.check_event():
            event = parser.get_event()
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    mark = event.start_mark
                    raise TooDeepError(mark.index if mark is not None else 0)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    finally:
        parser.dispose()
