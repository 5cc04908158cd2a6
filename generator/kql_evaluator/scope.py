"""What names mean at a place of the query, and the way from there into the compiler.

Handlers of nodes get a `Scope` and a node; they reach other handlers only through
`Scope.scalar` and `Scope.tabular`, so no handler imports another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from generator.kql.environment import Environment
from generator.kql.syntax import Node, TableType
from generator.kql_evaluator.budget import Effort, OverBudgetError
from generator.kql_evaluator.errors import BEYOND, EvaluationError, UnsupportedConstruct
from generator.kql_evaluator.functions.registry import (
    Aggregate,
    AggregateFunction,
    Call,
    Catalogue,
    WindowFunction,
)
from generator.kql_evaluator.runtime import Expression, Reads, Relation
from generator.kql_evaluator.table import Column, Schema


@dataclass(frozen=True, slots=True)
class WindowCall:
    """A window function's call: its column is put behind the columns of the input rows."""

    function: WindowFunction
    call: Call
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AggregateCall:
    """An aggregate's call: its result becomes columns behind the group's keys."""

    function: AggregateFunction
    aggregate: Aggregate
    arguments: tuple[Expression, ...]
    columns: Schema


@dataclass(frozen=True, slots=True)
class NamedBody:
    """A `let` function without parameters, which may be called by its name alone."""

    scope: Scope
    body: Node

    def opened(self) -> tuple[Scope, Node]:
        """Return the scope of the body's result expression, and that expression."""
        inside = self.scope
        for statement in self.body.child("Statements").elements():
            inside = inside.after(statement)
        return inside, self.body.child("Expression")


Binding = Expression | Relation | NamedBody
ScalarHandler = Callable[["Scope", Node], Expression]
TabularHandler = Callable[["Scope", Node], Relation]
OperatorHandler = Callable[["Scope", Node, Relation], Relation]
StatementHandler = Callable[["Scope", Node], "Scope"]


@dataclass(frozen=True, slots=True)
class Handlers:
    """Which function compiles which kind of node."""

    scalars: Mapping[str, ScalarHandler]
    tabulars: Mapping[str, TabularHandler]
    operators: Mapping[str, OperatorHandler]
    operator: OperatorHandler
    statement: StatementHandler


@dataclass(frozen=True, slots=True)
class Compilation:
    """What is the same everywhere in one query; `named` are the tables that `as` gave a name."""

    environment: Environment
    functions: Catalogue
    handlers: Handlers
    slots: count[int] = field(default_factory=count)
    named: dict[str, Relation] = field(default_factory=dict)
    reads: Reads = field(default_factory=Reads)
    effort: Effort = field(default_factory=Effort)


@dataclass(frozen=True, slots=True)
class Scope:
    """Names and columns that an expression can use.

    `windows` and `aggregates` collect such calls where the operator allows them. An aggregate's
    arguments are compiled over `input_columns`, what surrounds it over the group's row: the keys
    (`columns`), then from `aggregate_base` on the results of the aggregates. `starred` are the
    input columns that `*` stands for in them.

    `implicit` is what an operator without a pipe before it reads (in `mv-apply … on (…)`).
    `offset` shifts a function body's offsets to the query's; `caller` replaces them altogether
    for a function whose text is not in the query.
    """

    compilation: Compilation
    names: Mapping[str, Binding] = field(default_factory=dict)
    columns: Schema = ()
    is_open: bool = False
    windows: list[WindowCall] | None = None
    aggregates: list[AggregateCall] | None = None
    aggregate_base: int = 0
    input_columns: Schema = ()
    input_is_open: bool = False
    starred: frozenset[str] = frozenset()
    implicit: Relation | None = None
    offset: int = 0
    caller: tuple[int, int] | None = None

    def scalar(self, node: Node) -> Expression:
        """Compile a scalar expression."""
        handler = self.compilation.handlers.scalars.get(node.kind)
        if handler is None:
            raise self.unsupported(node)
        self._count(node)
        try:
            return handler(self, node)
        except OverBudgetError as error:
            raise self.failure(node, str(error)) from None
        except ArithmeticError:
            # Constants are computed here.
            raise self.unsupported(node, reason=BEYOND) from None

    def argument(self, node: Node) -> Expression:
        """Compile a scalar expression that a name will stand for."""
        effort = self.compilation.effort
        before = effort.weight
        expression = self.scalar(node)
        if expression.is_constant:
            return expression
        return replace(expression, weight=effort.weight - before)

    def _count(self, node: Node) -> None:
        try:
            self.compilation.effort.node()
        except OverBudgetError as error:
            raise self.failure(node, str(error)) from None

    def scalars(self, nodes: Sequence[Node]) -> tuple[Expression, ...]:
        """Compile several scalar expressions."""
        return tuple(self.scalar(node) for node in nodes)

    def tabular(self, node: Node) -> Relation:
        """Compile a tabular expression."""
        if self.implicit is not None and node.kind in self.compilation.handlers.operators:
            return self.compilation.handlers.operator(self, node, self.implicit)
        handler = self.compilation.handlers.tabulars.get(node.kind)
        if handler is None:
            raise self.unsupported(node)
        self._count(node)
        return handler(self, node)

    def after(self, statement: Node) -> Scope:
        """Return the scope of what follows a statement."""
        return self.compilation.handlers.statement(self, statement)

    def collecting_aggregates(self, keys: Schema, starred: frozenset[str]) -> Scope:
        """Return the scope of an expression over groups: their keys, their rows' aggregates."""
        return replace(
            self,
            columns=keys,
            is_open=False,
            input_columns=self.columns,
            input_is_open=self.is_open,
            starred=starred,
            aggregates=[],
            aggregate_base=len(keys),
            windows=None,
        )

    def on_rows(self) -> Scope:
        """Return the scope of an aggregate's argument: the rows of the group."""
        return replace(
            self, columns=self.input_columns, is_open=self.input_is_open, aggregates=None
        )

    def on_rows_of(self, source: Relation) -> Scope:
        """Return the scope of an expression over the rows of a relation."""
        return replace(
            self,
            columns=source.columns,
            is_open=source.is_open,
            windows=None,
            aggregates=None,
            implicit=None,
        )

    def without_rows(self) -> Scope:
        """Return the scope of an expression that stands beside any row."""
        return replace(
            self, columns=(), is_open=False, windows=None, aggregates=None, implicit=None
        )

    def with_names(self, names: Mapping[str, Binding]) -> Scope:
        """Return this scope with further names, which hide older ones."""
        return replace(self, names={**self.names, **names})

    def collecting_windows(self) -> Scope:
        """Return this scope with a fresh list for window calls."""
        return replace(self, windows=[])

    def column_index(self, name: str) -> int | None:
        """Return the place of a column in the row, or None."""
        for index, column in enumerate(self.columns):
            if column.name == name:
                return index
        return None

    def place(self, node: Node) -> tuple[int, int]:
        """Return start and end of a node in the text of the query."""
        return self.caller or (node.start + self.offset, node.end + self.offset)

    def unsupported(
        self, node: Node, construct: str = "", reason: str = ""
    ) -> UnsupportedConstruct:
        """Return the error that names a construct which the evaluator cannot compute."""
        return UnsupportedConstruct(construct or construct_name(node), *self.place(node), reason)

    def failure(self, node: Node, message: str) -> EvaluationError:
        """Return the error for something that the engine refuses as well."""
        return EvaluationError(message, *self.place(node))


def construct_name(node: Node) -> str:
    """Return what a reader calls a node: an operator's keyword, a function's name, or its kind."""
    if node.kind == "FunctionCallExpression":
        return f"{name_text(node.child('Name'))}()"
    first = next((inner.text for inner in node.walk() if inner.text), None)
    return first if first and node.kind.endswith("Operator") else node.kind


def name_text(node: Node) -> str:
    """Return the identifier that a name node spells, brackets and quotes removed."""
    for inner in node.walk():
        if inner.kind == "BracketedName":
            literal = inner.child("Name")
            return literal.value if isinstance(literal.value, str) else ""
        if inner.text is not None:
            return inner.text
    return ""


def schema_of(node: Node) -> Schema:
    """Return the columns that the language service gives a node, () where it gives none."""
    if not isinstance(node.type, TableType):
        return ()
    return tuple(Column(name, kql_type) for name, kql_type in node.type.columns)


def scalar_type(node: Node) -> str:
    """Return the scalar type that the language service gives a node."""
    if isinstance(node.type, TableType):
        return "tuple"
    return node.type or "unknown"


def named_by_service(node: Node, computed: Schema) -> Schema:
    """Return computed columns under the names and types that the language service gives the node.

    Where columns are known only at run time the service cannot name them, and ours stand.
    """
    if not isinstance(node.type, TableType) or node.type.is_open:
        return computed
    given = node.type.columns
    if len(given) != len(computed):
        return computed
    return tuple(
        Column(name, own.type if kql_type in {"unknown", "error"} else kql_type)
        for (name, kql_type), own in zip(given, computed, strict=True)
    )
