"""parse_xml(), which Windows events need: XML to bags and arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat  # declarations of entities are refused below

from generator.kql_evaluator.budget import Budget
from generator.kql_evaluator.formats import to_text
from generator.kql_evaluator.functions.registry import Family
from generator.kql_evaluator.parsing import parse_json
from generator.kql_evaluator.values import Value

FAMILY = Family("XML")

LONGEST_XML = 1_048_576
"""Bytes (KQL reference, parse_xml())."""


@dataclass(slots=True)
class _Element:
    name: str
    attributes: dict[str, str]
    children: list[_Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    def value(self) -> Value:
        bag: dict[str, Value] = {f"@{key}": _typed(text) for key, text in self.attributes.items()}
        text = "".join(self.pieces).strip()
        if not bag and not self.children:
            return _typed(text) if text else None
        if text:
            bag["#text"] = _typed(text)
        for child in self.children:
            _put(bag, child)
        return bag


def _put(bag: dict[str, Value], child: _Element) -> None:
    value = child.value()
    if child.name not in bag:
        bag[child.name] = value
    elif isinstance(bag[child.name], list):
        bag[child.name].append(value)
    else:
        bag[child.name] = [bag[child.name], value]


def _typed(text: str) -> Value:
    """A number where its text comes back unchanged from it."""
    number = parse_json(text)
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    return number if is_number and to_text(number) == text else text


def _xml_read(budget: Budget, text: str) -> None:
    budget.letters(12, text[:LONGEST_XML])


class _RefusedError(Exception):
    """The document declares entities, which no event does and an attacker might."""


def _refuse(*_: Value) -> None:
    raise _RefusedError


@FAMILY.scalar("parse_xml", parameters=("string",), work=_xml_read)
def parse_xml(text: str) -> dict[str, Value] | None:
    """Null for what is no XML. Attributes are `@name`, text beside them `#text`."""
    root = _Element("", {})
    open_elements = [root]
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        element = _Element(name, attributes)
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def characters(data: str) -> None:
        open_elements[-1].pieces.append(data)

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: open_elements.pop()
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = _refuse
    data = text.lstrip("\ufeff \t\r\n").encode("utf-8", "replace")
    if len(data) > LONGEST_XML:
        return None
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, _RefusedError):
        return None
    result: dict[str, Value] = root.value()
    return result
