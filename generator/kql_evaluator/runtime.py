"""What a query is compiled to, and what a single run carries.

`Expression` computes one value from a row, `Relation` a table; both take the `Run`, the only thing
that differs between two runs of a compiled query. Nothing here knows syntax.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from generator.kql_evaluator.budget import Budget
from generator.kql_evaluator.table import Schema, Table
from generator.kql_evaluator.values import Datetime, Row, Value, row_key


@dataclass(frozen=True, slots=True)
class Step:
    """How many rows an operator let through. Offsets are characters of the query, end exclusive."""

    operator: str
    start: int
    end: int
    rows: int


@dataclass(slots=True)
class Reads:
    """The inputs that a query reads, noted while it is compiled, whether a run reaches them or not.

    Watchlist aliases are in lower case; `functions` are those that a run is given the rows of.
    """

    tables: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    watchlists: set[str] = field(default_factory=set)
    external_data: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Run:
    """The inputs of one run and what was computed so far. Watchlist aliases are in lower case."""

    now: Datetime
    tables: Mapping[str, Table]
    watchlists: Mapping[str, Table] = field(default_factory=dict)
    external_data: Mapping[str, Table] = field(default_factory=dict)
    steps: list[Step] | None = None
    memo: dict[int, Value] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)

    def once(self, slot: int, compute: Callable[[], Value]) -> Value:
        """Return what was computed for a slot in this run, computing it at the first call."""
        if slot not in self.memo:
            mark = self.budget.mark()
            self.memo[slot] = compute()
            self.budget.keep(mark)
        return self.memo[slot]

    def key(self, row: Row) -> Hashable:
        """Return the `row_key` of a row; what there is to look through in its cells is paid."""
        for value in row:
            if type(value) in LARGE:
                self.budget.read(value)
        return row_key(row)


LARGE = frozenset({str, list, dict})
"""What values can be of any size, so that looking through one is not a single step."""
MADE = LARGE | {tuple}
"""The same of what functions return: several columns at once are a tuple."""


class Varies(IntEnum):
    """What the value of an expression depends on, each including those before it."""

    NEVER = 0
    BY_RUN = 1
    BY_ROW = 2


EvaluateRow = Callable[[Row, Run], Value]


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled scalar expression.

    `type` is its KQL type; 'unknown' where only the value tells. `value` is meaningful where it
    varies NEVER. `columns` names and types the parts of a tuple (type 'tuple'). `weight` is how
    many expressions computing it passes, where a name that is used again and again stands for it.
    """

    evaluate: EvaluateRow
    type: str
    varies: Varies
    value: Value = None
    columns: Schema = ()
    weight: int = 1

    @property
    def is_constant(self) -> bool:
        """Whether `value` is the value on every row of every run."""
        return self.varies is Varies.NEVER


def constant(value: Value, kql_type: str) -> Expression:
    """Return the expression of a value known on compiling."""
    return Expression(lambda _row, _run: value, kql_type, Varies.NEVER, value)


@dataclass(frozen=True, slots=True)
class Relation:
    """A compiled tabular expression.

    `is_open`: further columns are known only at run time, so what follows is compiled again then.
    `name` is what `union withsource` calls it, where it has a name.
    """

    columns: Schema
    table: Callable[[Run], Table]
    is_open: bool = False
    name: str | None = None
    early_filter: EarlyFilter | None = None


Keep = Callable[[Row, Run], bool]


@dataclass(frozen=True, slots=True)
class EarlyFilter:
    """How a relation takes over a later filter on its first columns.

    A join that keeps any one row per key keeps one that the filter lets through, as the engine
    does (KQL reference, join kind=innerunique). `on` returns the relation with the filter; rows
    shorter than the relation's, of `width` columns, are all that the filter sees.
    """

    width: int
    on: Callable[[Keep], Relation]


def fixed(table: Table, *, is_open: bool = False) -> Relation:
    """Return the relation that is this table in every run."""
    return Relation(table.columns, lambda _: table, is_open)
