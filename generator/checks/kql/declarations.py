"""Which `let` a name in a query means: by the place of the name, as KQL's scopes have it.

The bound tree says that a name is a variable but not which statement made it. Only text positions
are used, so the trees of called functions (`Expansion`) have no place here.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.kql.syntax import Node

_END_OF_QUERY = 2**62


@dataclass(frozen=True, slots=True)
class Declaration:
    """A name that can be used from `start` to before `end`.

    `value` is the expression of its let statement; None for parameters and whatever else has no
    value that the text tells.
    """

    start: int
    end: int
    value: Node | None


@dataclass(frozen=True, slots=True)
class Declarations:
    """All names that a query declares, in the order of the text."""

    by_name: dict[str, list[Declaration]]

    def value_of(self, reference: Node) -> Node | None:
        """Return the expression that a name stands for, or None where it is not known."""
        name = name_text(reference)
        visible = [
            declaration
            for declaration in self.by_name.get(name or "", ())
            if declaration.start <= reference.start < declaration.end
        ]
        return visible[-1].value if visible else None

    def table_of(self, source: Node) -> Node | None:
        """Return the table that a name or a call of a let function stands for, where it is known.

        Of a function it is the result of its body, in which parameters have no value.
        """
        name = source.child("Name") if source.kind == "FunctionCallExpression" else source
        value = self.value_of(name) if name.kind == "NameReference" else None
        if value is not None and value.kind == "FunctionDeclaration":
            return value.child("Body").get("Expression")
        return value


def declarations_of(tree: Node) -> Declarations:
    """Collect what the let statements and parameters of a query declare."""
    found: dict[str, list[Declaration]] = {}
    pending = [(tree, _END_OF_QUERY)]
    while pending:
        node, end = pending.pop()
        if node.kind == "LetStatement":
            value = node.child("Expression")
            _declare(found, node.child("Name"), Declaration(node.end, end, value))
        elif node.kind == "FunctionDeclaration":
            body = node.child("Body")
            for parameter in node.child("Parameters").walk():
                if parameter.kind == "NameDeclaration":
                    _declare(found, parameter, Declaration(body.start, body.end, None))
        elif node.kind == "FunctionBody":
            end = node.end
        pending.extend((child, end) for child in reversed(node.children))
    return Declarations(found)


def name_text(node: Node) -> str | None:
    """Return the name that a reference or a declaration holds, without brackets and quotes."""
    if node.symbol is not None:
        return node.symbol.name
    name = next((part.text for part in node.walk() if part.text), None)
    return name.strip("[]'\"") if name else None


def _declare(found: dict[str, list[Declaration]], name: Node, declaration: Declaration) -> None:
    text = name_text(name)
    if text is not None:
        found.setdefault(text, []).append(declaration)
