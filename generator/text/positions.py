"""Where a key, a value or a part of a text stands in its file: computed only for findings.

Clean files never come here. A file is composed once more, its node tree is kept for the next
question about the same file, and paths are walked through it, aliases and merge keys included.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import yaml

from generator.findings import DocumentPath, InDocument, InFile, InText
from generator.text.lines import range_in_file
from generator.text.scalar_offsets import offsets_in_source
from generator.text.source_text import SourceText
from generator.text.yaml_nodes import MERGE_TAG, TooDeepError, compose

_Found = tuple[yaml.Node | None, yaml.Node]
"""The key of a value, None where it has none, and the value."""


def resolve(source: SourceText, place: InDocument | InText) -> InFile:
    """Return where a place in a YAML document stands in its file.

    A path that leads nowhere stands at its nearest existing ancestor's key. The characters of an
    `InText` are found in every style of YAML text; where the value is no text, the whole of it
    answers. A file that is no YAML answers with its beginning.
    """
    root = _composed(source.text)
    if root is None:
        return InFile(source.file)
    key, value, complete = _walk(root, place.path)
    if isinstance(place, InText) and complete and isinstance(value, yaml.ScalarNode):
        start, end = offsets_in_source(source.text, value, place.start, place.end)
        return range_in_file(source, start, end)
    wants_key = not complete or (isinstance(place, InDocument) and place.part == "key")
    node = key if wants_key and key is not None else value
    if wants_key and node is root:
        node = _first_key(root)
    return range_in_file(source, node.start_mark.index, _end(source.text, node))


def resolve_offsets(source: SourceText, start: int, end: int) -> InFile:
    """Return where a range of character offsets of a plain text file stands."""
    return range_in_file(source, start, end)


@lru_cache(maxsize=4)
def _composed(text: str) -> yaml.Node | None:
    try:
        return compose(text)
    except (yaml.YAMLError, TooDeepError):
        return None


def _walk(root: yaml.Node, path: DocumentPath) -> tuple[yaml.Node | None, yaml.Node, bool]:
    """Follow a path as far as it leads; also tell whether that was to its end."""
    key: yaml.Node | None = None
    value = root
    for step in path:
        found = _member(value, step)
        if found is None:
            return key, value, False
        # An item of a list has no key; the nearest key above stays the answer only for mappings.
        key, value = found
    return key, value, True


def _member(node: yaml.Node, step: str | int) -> _Found | None:
    if isinstance(node, yaml.SequenceNode):
        if isinstance(step, int) and 0 <= step < len(node.value):
            return None, node.value[step]
        return None
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step and isinstance(key, yaml.ScalarNode) and key.tag != MERGE_TAG:
                return key, value
        for merged in _merged(node):
            if (found := _member(merged, step)) is not None:
                return found
    return None


def _merged(node: yaml.MappingNode) -> Iterator[yaml.MappingNode]:
    for key, value in node.value:
        if key.tag == MERGE_TAG:
            parts = value.value if isinstance(value, yaml.SequenceNode) else [value]
            yield from (part for part in parts if isinstance(part, yaml.MappingNode))


def _first_key(root: yaml.Node) -> yaml.Node:
    if isinstance(root, yaml.MappingNode) and root.value:
        first: yaml.Node = root.value[0][0]
        return first
    return root


def _end(text: str, node: yaml.Node) -> int:
    """Return where a node ends, without the blank lines that YAML counts to a block."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    start: int = node.start_mark.index
    end: int = node.end_mark.index
    return start + len(text[start:end].rstrip())
