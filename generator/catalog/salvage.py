"""What is usable of a document that departs from its schema, with stand-ins for the rest.

One wrong member must not hide what is wrong with the others. A stand-in only keeps the document's
shape: whoever reads one is told so (`generator.catalog.partial`), and nothing is ever written from
a document that holds one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.findings import DocumentPath, InDocument
from generator.text.near_names import nearest
from generator.text.reporting import MAX_PROBLEMS
from generator.text.schema import Schema
from generator.text.schema_problems import KIND_KEYS, SCHEDULE_KEYS, known_keys
from generator.text.yaml_text import UNUSABLE, unusable_paths

_TYPES: Mapping[str, type] = {
    "string": str,
    "boolean": bool,
    "object": dict,
    "array": list,
    "integer": int,
}


_TEXTS = (
    ("unusable", "not usable"),
    ("1h", "2h"),
    ("https://unusable.example", "https://not-usable.example"),
    ("00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000001"),
)
"""Pairs of stand-ins, of which one fits each pattern of the schema of detections."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A member that is not usable: missing, misspelt, or of a value that the schema refuses.

    `path` is where it stands or should stand, `place` where the error about it does. `element` is
    the innermost item of a list, or entry of a mapping with free keys, that it makes unusable; None
    where it belongs to none. `other` is a second stand-in: whatever changes with it depends on the
    member.
    """

    path: DocumentPath
    place: InDocument
    element: DocumentPath | None
    other: Any


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A document that conforms to the schema, with a stand-in at each hole.

    `written` is the document as its author wrote it.
    """

    written: Mapping[str, Any]
    document: Mapping[str, Any]
    holes: tuple[Hole, ...]


def salvage(document: Any, schema: Schema) -> Salvaged | None:
    """Return the usable part of a detection that departs from the schema.

    None where there is none: the document is no mapping, is no analytics rule, or has more unusable
    members than anybody would mend before looking again.
    """
    if not isinstance(document, dict):
        return None
    work = _Work(schema.definition)
    filled = work.filled(document, schema.definition, (), None)
    if not _has_kind(filled, work):
        return None
    _complete_query(filled, work)
    _complete_schedule(filled, work)
    if len(work.holes) > MAX_PROBLEMS or not schema.conforms(_with_guid(filled)):
        return None
    return Salvaged(document, filled, tuple(work.holes.values()))


def replaced(document: Any, path: DocumentPath, value: Any) -> Any:
    """Return a document with another value at a path; what the path leads through is copied."""
    if not path:
        return value
    step, *rest = path
    copy: Any = list(document) if isinstance(document, list) else dict(document)
    if not rest:
        copy[step] = value
    else:
        copy[step] = replaced(document[step], tuple(rest), value)
    return copy


@dataclass(slots=True)
class _Work:
    definition: Mapping[str, Any]
    holes: dict[DocumentPath, Hole] = field(default_factory=dict)

    def hole(
        self,
        part: Mapping[str, Any],
        path: DocumentPath,
        place: InDocument,
        element: DocumentPath | None,
    ) -> Any:
        """Note a hole and return its stand-in."""
        part = self.followed(part)
        self.holes.setdefault(path, Hole(path, place, element, self.stand_in(part, second=True)))
        return self.stand_in(part, second=False)

    def top(self, key: str, place: InDocument) -> Any:
        """Note a hole of the whole document and return its stand-in."""
        return self.hole(self.definition["properties"][key], (key,), place, None)

    def followed(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" not in part:
            return part
        definition: Mapping[str, Any] = self.definition["$defs"][part["$ref"].rpartition("/")[2]]
        return definition

    def filled(
        self, value: Any, part: Mapping[str, Any], path: DocumentPath, element: DocumentPath | None
    ) -> Any:
        """Return a value with stand-ins for what departs from its part of the schema."""
        part = self.followed(part)
        is_free = not part.keys() & {"properties", "items"}
        if value is UNUSABLE or (is_free and any(True for _ in unusable_paths(value))):
            return self.hole(part, path, InDocument(path), element)
        if not _is_of_type(value, part) or not _is_allowed(value, part, path):
            return self.hole(part, path, InDocument(path), element)
        if isinstance(value, list):
            return [
                self.filled(item, part.get("items", {}), (*path, index), (*path, index))
                for index, item in enumerate(value)
            ]
        return self._mapping(value, part, path, element) if isinstance(value, dict) else value

    def _mapping(
        self,
        value: Mapping[str, Any],
        part: Mapping[str, Any],
        path: DocumentPath,
        element: DocumentPath | None,
    ) -> Any:
        if "propertyNames" in part and not all(
            _is_allowed(key, part["propertyNames"], (*path, key)) for key in value
        ):
            return self.hole(part, path, InDocument(path), element)
        properties = part.get("properties", {})
        additional = part.get("additionalProperties", True)
        filled: dict[str, Any] = {}
        meant: dict[str, str] = {}
        for key, member in value.items():
            if key in properties:
                filled[key] = self.filled(member, properties[key], (*path, key), element)
            elif isinstance(additional, dict):
                filled[key] = self.filled(member, additional, (*path, key), (*path, key))
            elif additional:
                filled[key] = member
            elif (near_key := nearest(str(key), known_keys(part))) is not None:
                meant.setdefault(near_key, key)
        for key in (*meant, *part.get("required", ())):
            if key not in filled:
                place = (
                    InDocument((*path, meant[key]), "key")
                    if key in meant
                    else InDocument(path, "key")
                )
                filled[key] = self.hole(properties[key], (*path, key), place, element)
        return filled

    def stand_in(self, part: Mapping[str, Any], *, second: bool) -> Any:
        """Return a value that conforms to a part of the schema; the second one differs from it."""
        part = self.followed(part)
        if "enum" in part:
            return part["enum"][-1 if second else 0]
        types = part.get("type", "string")
        stand_in: Any
        match types if isinstance(types, str) else types[0]:
            case "boolean":
                stand_in = second
            case "integer":
                stand_in = part.get("minimum", 0) + int(second)
            case "array":
                stand_in = [self.stand_in(part.get("items", {}), second=True)] if second else []
            case "object":
                stand_in = self._stand_in_mapping(part, second=second)
            case _:
                pattern = part.get("pattern", "")
                stand_in = next(
                    pair[1 if second else 0] for pair in _TEXTS if re.search(pattern, pair[0])
                )
        return stand_in

    def _stand_in_mapping(self, part: Mapping[str, Any], *, second: bool) -> dict[str, Any]:
        properties = part.get("properties", {})
        keys = properties if second else part.get("required", ())
        stand_in = {key: self.stand_in(properties[key], second=second) for key in keys}
        additional = part.get("additionalProperties", True)
        if second and additional is not False:
            free = additional if isinstance(additional, dict) else {}
            stand_in["unusable"] = self.stand_in(free, second=True)
        return stand_in


def _is_of_type(value: Any, part: Mapping[str, Any]) -> bool:
    types = part.get("type")
    if types is None:
        return True
    return type(value) in {_TYPES[name] for name in ([types] if isinstance(types, str) else types)}


def _is_allowed(value: Any, part: Mapping[str, Any], path: DocumentPath) -> bool:
    if "enum" in part and value not in part["enum"]:
        return False
    if "minimum" in part and type(value) is int and value < part["minimum"]:
        return False
    # An id that is no GUID is as good as another for every check but the one that says so.
    is_text = isinstance(value, str) and path != ("id",)
    return not (is_text and "pattern" in part and re.search(part["pattern"], value) is None)


def _with_guid(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with an id that fits: the loading of ids says what is wrong with one."""
    return {**document, "id": _TEXTS[-1][0]} if "id" in document else document


def _has_kind(document: Mapping[str, Any], work: _Work) -> bool:
    return any(key in document or (key,) in work.holes for key in KIND_KEYS)


def _complete_query(document: dict[str, Any], work: _Work) -> None:
    """Leave neither or one of query and template, as the schema's conditions demand."""
    if "template" in document and "query" in document:
        place = InDocument(("template",), "key")
        work.top("template", place)
        del document["template"]
        document["query"] = work.top("query", place)
    elif "template" not in document and "query" not in document:
        document["query"] = work.top("query", InDocument((), "key"))
    if "values" in document and "template" not in document:
        work.top("values", InDocument(("values",), "key"))
        del document["values"]


def _complete_schedule(document: dict[str, Any], work: _Work) -> None:
    kind = work.holes.get(("kind",))
    if document.get("kind") == "NRT" and kind is None:
        return
    place = InDocument((), "key") if kind is None else kind.place
    for key in SCHEDULE_KEYS:
        if key not in document:
            document[key] = work.top(key, place)
