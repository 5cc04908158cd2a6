"""YAML text becomes plain data, and everything that is wrong with it as YAML becomes a problem.

Strict where YAML 1.1 is lenient: one document, text keys, no duplicate keys, no tags beyond YAML's
own plain types, no numbers that JSON or KQL cannot hold. Nothing of detections is known here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from sys import intern
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from generator.findings import Code, DocumentPath, InDocument, InFile, Problem, Severity
from generator.text.lines import line_and_column, range_in_file
from generator.text.reporting import first_problems
from generator.text.source_text import SourceText
from generator.text.yaml_nodes import (
    MAP_TAG,
    MAX_DEPTH,
    MERGE_TAG,
    SEQ_TAG,
    STR_TAG,
    TooDeepError,
    compose,
)
from generator.text.yaml_syntax import CONTROL_CHARACTER, INVALID_YAML, syntax_problem
from generator.text.yaml_values import value_fault

NOT_A_MAPPING = Code(
    "SG008",
    summary="Empty, or not a mapping",
    explanation=(
        "A detection is a mapping of keys to values; retired.yaml and not-detectable.yaml are "
        "lists. An empty file, a single text or a list says nothing about a rule."
    ),
    severity=Severity.ERROR,
    source="The detection format of sentinelgen, detection.schema.json.",
    waivable=False,
)
YAML_TAG = Code(
    "SG009",
    summary="YAML tag",
    explanation=(
        "Tags such as !!python/object ask the reader to build arbitrary objects. Only YAML's "
        "plain types are read: texts, numbers, true and false, null, lists and mappings."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
EXCESSIVE_NESTING = Code(
    "SG010",
    summary="Nesting or aliases without end",
    explanation=(
        "A rule needs seven levels. Deeper nesting, an alias inside of what it stands for, or "
        "aliases that multiply only exhaust the reader."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
DUPLICATE_KEY = Code(
    "SG011",
    summary="Duplicate key",
    explanation=(
        "YAML readers silently keep one of the two values, and not all keep the same one. Remove "
        "the value that is not meant."
    ),
    severity=Severity.ERROR,
    source="YAML 1.1, as PyYAML reads it.",
    waivable=False,
)
KEY_NOT_TEXT = Code(
    "SG012",
    summary="Key that is not text",
    explanation=(
        "YAML reads an unquoted 1, no or on as a number or as true and false, also where it is a "
        "key, and {{ as the beginning of a mapping. Put it in quotes."
    ),
    severity=Severity.ERROR,
    source="YAML 1.1, as PyYAML reads it.",
    waivable=False,
)
MAX_NODES = 50_000
"""Keys and values of one document with all aliases expanded; our own limit."""

_LONGEST_NUMBER = 1000
_QUOTE_TEXT = "put it in quotes if it is text"
_TRUE_OR_QUOTES = "write true or false, or put it in quotes if it is text"


@dataclass(frozen=True, slots=True)
class LoadedYaml:
    """The data of one document and its problems.

    Where there are problems, an `UnusableValue` stands in `value` in place of what they are about;
    `value` is None where nothing can be made of the document.
    `holds_null` tells whether a null stands anywhere in it.
    """

    value: Any
    problems: tuple[Problem, ...]
    holds_null: bool


@dataclass(frozen=True, slots=True)
class UnusableValue:
    """What stands in data for a value that a problem is about."""


UNUSABLE = UnusableValue()


def load_yaml(
    source: SourceText, *, keys_as_written: bool = False, on_and_off: bool = False
) -> LoadedYaml:
    """Read the only YAML document of a text.

    With `keys_as_written` a key that YAML reads as true or false, such as `on`, is that word.
    `on_and_off` says that a value may be one of these words and means true or false.

    Returns all problems that can be found: one where the text is no YAML at all. An empty document
    is a problem too.
    """
    node = _composed(source)
    if isinstance(node, Problem):
        return LoadedYaml(None, (node,), holds_null=False)
    if node is None:
        return _failed(NOT_A_MAPPING, "the file is empty", InFile(source.file))
    construction = _Construction(source, keys_as_written=keys_as_written, on_and_off=on_and_off)
    try:
        value = construction.value_of(node, 0)
    except _TooManyNodesError:
        return _failed(
            EXCESSIVE_NESTING,
            f"with its aliases expanded the document has more than {MAX_NODES:,} keys and values",
            _place(source, node),
        )
    except _EndlessAliasError as error:
        return _failed(
            EXCESSIVE_NESTING,
            f"aliases nest deeper than {MAX_DEPTH} levels, or one stands inside of itself",
            _place(source, error.node),
        )
    usable = None if value is UNUSABLE else value
    return LoadedYaml(usable, first_problems(construction.problems), construction.holds_null)


def _composed(source: SourceText) -> yaml.Node | Problem | None:
    if source.has_byte_order_mark and source.text.startswith("\ufeff"):
        # The parser would skip this one too, and all its offsets would be one too small.
        message = "a second byte order mark stands here"
        return Problem(CONTROL_CHARACTER, message, range_in_file(source, 0, 1), "remove it")
    try:
        return compose(source.text)
    except TooDeepError as error:
        place = range_in_file(source, error.offset, error.offset + 1)
        return Problem(EXCESSIVE_NESTING, f"there are {error}", place)
    except yaml.YAMLError as error:
        return syntax_problem(source, error)


def loads_to_nothing(source: SourceText) -> bool:
    """Tell whether a text holds nothing but blank lines and comments."""
    return all(
        not line.strip() or line.lstrip().startswith("#") for line in source.text.splitlines()
    )


def _failed(code: str, message: str, place: InFile) -> LoadedYaml:
    return LoadedYaml(None, (Problem(code, message, place),), holds_null=False)


def _place(source: SourceText, node: yaml.Node) -> InFile:
    return range_in_file(source, node.start_mark.index, node.end_mark.index)


def unusable_paths(value: Any, path: DocumentPath = ()) -> Iterator[DocumentPath]:
    """Yield where values stand that cannot be used."""
    if value is UNUSABLE:
        yield path
    elif isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for step, member in members:
            yield from unusable_paths(member, (*path, step))


def around_unusable(value: Any, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems of a schema without those that only repeat that values are unusable."""
    unusable = frozenset(unusable_paths(value))
    return tuple(
        problem
        for problem in problems
        if not (isinstance(problem.place, InDocument) and problem.place.path in unusable)
    )


class _TooManyNodesError(Exception):
    pass


class _EndlessAliasError(Exception):
    def __init__(self, node: yaml.Node) -> None:
        super().__init__()
        self.node = node


_SCALARS = SafeConstructor()
_TYPED: dict[str, Callable[[yaml.ScalarNode], Any]] = {
    "tag:yaml.org,2002:bool": _SCALARS.construct_yaml_bool,
    "tag:yaml.org,2002:int": _SCALARS.construct_yaml_int,
    "tag:yaml.org,2002:float": _SCALARS.construct_yaml_float,
}
_NULL_TAG = "tag:yaml.org,2002:null"
_TEXT_TAGS = frozenset({STR_TAG})
_WORD_TAGS = frozenset({STR_TAG, "tag:yaml.org,2002:bool"})


class _Construction:
    """One walk from nodes to data. Aliases are expanded, so that the data are a tree."""

    def __init__(self, source: SourceText, *, keys_as_written: bool, on_and_off: bool) -> None:
        self.source = source
        self._on_and_off = on_and_off
        self._key_tags = _WORD_TAGS if keys_as_written else _TEXT_TAGS
        self.problems: list[Problem] = []
        self.holds_null = False
        self._nodes_left = MAX_NODES
        # The first of each key of the mapping that was last found to repeat one.
        self._firsts: tuple[yaml.Node | None, dict[Any, yaml.Node]] = (None, {})

    def value_of(self, node: yaml.Node, depth: int) -> Any:
        tag = node.tag
        if isinstance(node, yaml.ScalarNode):
            if tag == STR_TAG:
                return node.value
            return self._typed_scalar(node)
        if depth > MAX_DEPTH:
            # The text itself is not that deep: only aliases lead here, perhaps in a circle.
            raise _EndlessAliasError(node)
        self._nodes_left -= len(node.value)
        if self._nodes_left < 0:
            raise _TooManyNodesError
        if isinstance(node, yaml.MappingNode):
            if tag != MAP_TAG:
                return self._unknown_tag(node)
            return self._mapping(node, depth + 1)
        if tag != SEQ_TAG:
            return self._unknown_tag(node)
        return [self.value_of(item, depth + 1) for item in node.value]

    def _mapping(self, node: yaml.MappingNode, depth: int) -> dict[str, Any] | UnusableValue:
        mapping: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        is_whole = True
        has_merge = False
        for key_node, value_node in node.value:
            if key_node.tag in self._key_tags and type(key_node) is yaml.ScalarNode:
                key = intern(key_node.value)
                value = self.value_of(value_node, depth)
                if key in mapping:
                    self._duplicate(node, key_node)
                    value = UNUSABLE
                mapping[key] = value
            elif key_node.tag == MERGE_TAG:
                if has_merge:
                    message = "`<<` stands in this mapping already: readers disagree on which holds"
                    help_ = "write one `<<` with a list of mappings"
                    self._report(DUPLICATE_KEY, message, key_node, help_)
                has_merge = True
                is_whole = self._merge(merged, value_node, depth) and is_whole
            else:
                self._unusable_key(key_node)
                # The document itself is looked at without the key.
                is_whole = is_whole and depth == 1
        if not is_whole:
            return UNUSABLE
        return {**merged, **mapping} if merged else mapping

    def _merge(self, merged: dict[str, Any], node: yaml.Node, depth: int) -> bool:
        """Add the keys of merged mappings; tells whether all of them could be had."""
        is_whole = True
        parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
        for part in parts:
            if not isinstance(part, yaml.MappingNode):
                self._report(INVALID_YAML, "`<<` takes a mapping or a list of mappings", part)
                is_whole = False
                continue
            members = self.value_of(part, depth)
            is_whole = is_whole and members is not UNUSABLE
            for key, value in ({} if members is UNUSABLE else members).items():
                merged.setdefault(key, value)
        return is_whole

    def _duplicate(self, node: yaml.MappingNode, key_node: yaml.ScalarNode) -> None:
        if self._firsts[0] is not node:
            self._firsts = (
                node,
                {
                    key.value: key
                    for key, _ in reversed(node.value)
                    if isinstance(key, yaml.ScalarNode) and key.tag in self._key_tags
                },
            )
        first = self._firsts[1][key_node.value]
        line, _ = line_and_column(self.source.text, first.start_mark.index)
        self._report(
            DUPLICATE_KEY,
            f"the key {key_node.value!r} stands here already, at line {line}",
            key_node,
        )

    def _unusable_key(self, node: yaml.Node) -> None:
        if isinstance(node, yaml.ScalarNode) and node.tag.startswith("tag:yaml.org,2002:"):
            written = node.value or "null"
            kind = node.tag.rpartition(":")[2]
            self._report(
                KEY_NOT_TEXT,
                f"the key {written} is read as {_KINDS.get(kind, kind)}, not as text",
                node,
                f'put it in quotes: "{written}"',
            )
        elif self.source.text.startswith("{{", max(node.start_mark.index - 1, 0)) or (
            self.source.text.startswith("{{", node.start_mark.index)
        ):
            self._report(
                KEY_NOT_TEXT,
                "a value that begins with {{ is read as a mapping",
                node,
                "put it in quotes",
            )
        else:
            self._report(KEY_NOT_TEXT, "a key must be text", node)

    def _typed_scalar(self, node: yaml.ScalarNode) -> Any:
        if node.tag == _NULL_TAG:
            self.holds_null = True
            return None
        construct = _TYPED.get(node.tag)
        if construct is None:
            return self._unknown_tag(node)
        try:
            value = construct(node) if len(node.value) <= _LONGEST_NUMBER else math.inf
        except (ValueError, KeyError, IndexError):
            kind = _KINDS[node.tag.rpartition(":")[2]]
            self._report(INVALID_YAML, f"{_shortened(node.value)} cannot be read as {kind}", node)
            return UNUSABLE
        fault = value_fault(node.value, value)
        if fault is None or (isinstance(value, bool) and self._on_and_off):
            return value
        code, message = fault
        help_ = _TRUE_OR_QUOTES if isinstance(value, bool) else _QUOTE_TEXT
        self._report(code, f"{_shortened(node.value)} {message}", node, help_)
        return UNUSABLE

    def _unknown_tag(self, node: yaml.Node) -> UnusableValue:
        written = node.tag.replace("tag:yaml.org,2002:", "!!")
        self._report(
            YAML_TAG, f"the tag {_shortened(written)} is not allowed here", node, "remove the tag"
        )
        return UNUSABLE

    def _report(self, code: str, message: str, node: yaml.Node, help_: str | None = None) -> None:
        self.problems.append(Problem(code, message, _place(self.source, node), help_))


_KINDS = {"bool": "true or false", "int": "a number", "float": "a number", "null": "null"}


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
