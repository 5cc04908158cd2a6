"""How much one run of a query may compute: steps, cells of tables, bytes of values.

All of it is counted and nothing is timed, so that a result never depends on the machine. What is
spent here is told by the compiler and the operators; nothing here knows syntax or places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

from generator.kql_evaluator.values import Row, Value
from generator.kql_evaluator.weights import DEEPEST, Weight, weight_of

MOST_STEPS = 100_000_000
"""Steps of a run: an expression's node computed for a row, an element visited, a pair compared.

A hundred for each of a million rows, which is a long filter and a summarize, or 60,000 audit events
that are written as text and taken apart four times each; a step is a fifth of a microsecond there.
"""
MOST_CELLS = 1 << 27
"""Cells of all tables that are alive at one time, about eight bytes each.

A million rows of a table with a hundred columns, and a filter over them.
"""
MOST_BYTES = 1 << 30
"""Bytes of texts and dynamic values that functions make in a run: a kilobyte for a million rows."""
LONGEST_TEXT = 1 << 24
"""Characters of a single text; what the engine keeps in a cell is a sixteenth of it."""
MOST_ELEMENTS = 1 << 21
"""Elements of a single array or bag, those of its parts included as often as they stand in it.

What the engine makes with make_list() or range() is half.
"""
MOST_SHOWN = 1 << 26
"""Characters and elements of all cells of a result, each written out: it is there to be read."""
MOST_PATTERNS = 1000
"""Different regular expressions of a run; `patterns` keeps more of them than this."""
LARGEST_PATTERNS = 1 << 20
"""Characters of all regular expressions of a run, and instructions that they compile to.

Two microseconds each: a class of Unicode's letters alone is a thousand instructions.
"""
MOST_NODES = 1_000_000
"""Expressions that a query compiles to, functions that it calls taken in where they are called.

The longest published rules compile to a few thousand.
"""

CELLS_OF_A_ROW = 8
"""What a row takes besides its cells."""
STEPS_OF_A_ROW = 4
"""What making a row costs besides computing its cells."""
STEPS_OF_AN_OPERATOR = 100
"""What running an operator costs, however few rows it sees: functions may run it without end."""
STEPS_OF_A_NODE = 20
"""What compiling an expression costs, where that happens in a run."""
STEPS_OF_MAKING = (16, 1)
"""What a list or a bag that is made costs, and an element of it."""
STEPS_OF_READING = (16, 3)
"""The same where a value is looked through to be compared."""
STEPS_OF_WRITING = (24, 8)
"""The same where a value is written as text."""
STEPS_OF_A_COMPARISON = 8
"""What comparing two values of any kind costs."""
_SHORT = 64
_CONTAINER = 64
_BLOCK = 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be spent: steps, cells that are alive, bytes of values."""

    steps: int
    cells: int
    size: int


OF_A_RUN = Limits(MOST_STEPS, MOST_CELLS, MOST_BYTES)
OF_CONSTANTS = Limits(MOST_STEPS // 10, MOST_CELLS, MOST_BYTES // 16)
"""Of the constants that are computed when a query is compiled."""
OF_A_LOOK = Limits(MOST_STEPS // 200, MOST_CELLS, MOST_BYTES // 128)
"""Of the constants that each check of a query computes for itself, on every validation."""


class OverBudgetError(Exception):
    """A run asked for more than it may have; whoever knows the place says it to the user."""

    def __init__(self, limit: str) -> None:
        super().__init__(
            f"this is too much to compute here: {limit}; give fewer rows, filter earlier, or "
            "multiply and repeat less"
        )


@dataclass(slots=True)
class Budget:
    """What is left of each. `kept` are the cells that stay until the end of the run."""

    limits: Limits = OF_A_RUN
    steps: int = field(init=False)
    cells: int = field(init=False)
    size: int = field(init=False)
    instructions: int = LARGEST_PATTERNS
    patterns: set[str] = field(default_factory=set)
    kept: int = 0

    def __post_init__(self) -> None:
        self.steps, self.cells, self.size = self.limits.steps, self.limits.cells, self.limits.size

    def step(self, count: int = 1) -> None:
        """Spend steps. Raises OverBudgetError."""
        self.steps -= count
        if self.steps < 0:
            raise OverBudgetError(f"more than {self.limits.steps:,} steps")

    def rows(self, count: int, width: int) -> None:
        """Spend what so many new rows of so many cells take. Raises OverBudgetError."""
        self.step(count * STEPS_OF_A_ROW)
        self.hold(count * (width + CELLS_OF_A_ROW))

    def foresee(self, count: int, width: int) -> None:
        """Refuse rows before the first is made; making them spends. Raises OverBudgetError."""
        if count * STEPS_OF_A_ROW > self.steps:
            raise OverBudgetError(f"more than {self.limits.steps:,} steps")
        if count * (width + CELLS_OF_A_ROW) > self.cells:
            raise OverBudgetError(f"tables of more than {self.limits.cells:,} cells")

    def hold(self, cells: int) -> None:
        """Spend cells. Raises OverBudgetError."""
        self.cells -= cells
        if self.cells < 0:
            raise OverBudgetError(f"tables of more than {self.limits.cells:,} cells")

    def collect(self, rows: Iterable[Row], width: int) -> tuple[Row, ...]:
        """Return rows that are being made, paying for them before there are too many."""
        made: list[Row] = []
        source = iter(rows)
        while block := list(islice(source, _BLOCK)):
            self.rows(len(block), width)
            made += block
        return tuple(made)

    def text(self, length: int) -> None:
        """Spend the bytes of a text before it is made. Raises OverBudgetError."""
        if length > LONGEST_TEXT:
            raise OverBudgetError(f"a text of more than {LONGEST_TEXT:,} characters")
        if length > _SHORT:
            self._take(length)

    def elements(self, count: int) -> None:
        """Spend the steps of filling an array or a bag. Raises OverBudgetError."""
        if count > MOST_ELEMENTS:
            raise OverBudgetError(f"an array or a bag of more than {MOST_ELEMENTS:,} elements")
        self.step(1 + count)

    def value(self, value: Value) -> None:
        """Spend what a new value takes, written out in full. Raises OverBudgetError.

        Lists and bags may hold the same list many times; what reads or writes them meets it as
        often. Of a tuple, the results of a function with several columns, each is such a value.
        """
        if isinstance(value, str):
            self.text(len(value))
        elif isinstance(value, list | dict):
            weight = self._weighed(value)
            if weight.elements > MOST_ELEMENTS:
                raise OverBudgetError(f"an array or a bag of more than {MOST_ELEMENTS:,} elements")
            self._pass(weight, STEPS_OF_MAKING)
            self._take(weight.containers * _CONTAINER + (weight.elements << 3) + weight.characters)
        elif isinstance(value, tuple):
            for part in value:
                self.value(part)

    def read(self, *values: Value) -> None:
        """Spend the steps of looking through values, parts within parts included.

        Raises OverBudgetError.
        """
        for value in values:
            if isinstance(value, str):
                if len(value) > _SHORT:
                    self.step(len(value) >> 6)
            elif isinstance(value, list | dict):
                self._pass(self._weighed(value), STEPS_OF_READING)

    def written(self, *values: Value) -> None:
        """Spend the steps of writing values as text, before any is. Raises OverBudgetError."""
        length = 0
        for value in values:
            if isinstance(value, str):
                length += len(value)
            elif isinstance(value, list | dict):
                weight = self._weighed(value)
                self._pass(weight, STEPS_OF_WRITING)
                # At least a character and a comma for each.
                length += weight.characters + (weight.elements << 1)
        if length > LONGEST_TEXT:
            raise OverBudgetError(f"a text of more than {LONGEST_TEXT:,} characters")

    def shown(self, rows: Iterable[Row]) -> None:
        """Refuse a result that is more than anybody reads. Raises OverBudgetError."""
        left = MOST_SHOWN
        for row in rows:
            for value in row:
                if isinstance(value, str):
                    left -= len(value)
                elif isinstance(value, list | dict):
                    weight = self._weighed(value)
                    left -= weight.characters + weight.elements + weight.containers
            if left < 0:
                raise OverBudgetError(f"a result of more than {MOST_SHOWN:,} characters")

    def pattern(self, pattern: str) -> bool:
        """Count a regular expression; return whether the run has not met it before.

        Raises OverBudgetError.
        """
        if pattern in self.patterns:
            return False
        self.compiled(len(pattern))
        self.patterns.add(pattern)
        if len(self.patterns) > MOST_PATTERNS:
            raise OverBudgetError(f"more than {MOST_PATTERNS:,} different regular expressions")
        return True

    def compiled(self, size: int) -> None:
        """Spend what a regular expression compiles to. Raises OverBudgetError."""
        self.instructions -= size
        if self.instructions < 0:
            raise OverBudgetError(
                f"regular expressions of more than {LARGEST_PATTERNS:,} instructions"
            )

    def _take(self, size: int) -> None:
        self.size -= size
        if self.size < 0:
            raise OverBudgetError(f"values of more than {self.limits.size:,} bytes")

    def _pass(self, weight: Weight, steps: tuple[int, int]) -> None:
        container, element = steps
        self.step(
            weight.containers * container + weight.elements * element + (weight.characters >> 6)
        )

    def _weighed(self, value: Value) -> Weight:
        weight = weight_of(value)
        if weight.depth > DEEPEST:
            raise OverBudgetError(f"more than {DEEPEST} lists and bags inside each other")
        return weight

    def letters(self, steps: int, *texts: Value) -> None:
        """Spend so many steps for each character of the texts that are long.

        For what is done letter by letter. Raises OverBudgetError.
        """
        self.step(sum(len(t) for t in texts if isinstance(t, str) and len(t) > _SHORT) * steps)

    def sorting(self, count: int) -> None:
        """Spend the steps of sorting so many values one by one. Raises OverBudgetError."""
        self.step(count * count.bit_length() * STEPS_OF_A_COMPARISON)

    def look(self, value: str | list[Value] | dict[str, Value]) -> None:
        """Spend the steps of looking through one value, not through the parts of its parts.

        Raises OverBudgetError.
        """
        size = len(value)
        if size > _SHORT:
            self.step(size >> 6 if isinstance(value, str) else size << 1)

    def mark(self) -> Mark:
        """Return what `settle` needs to give back what was spent since."""
        return Mark(self.cells, self.kept)

    def settle(self, mark: Mark, rows: int = 0, width: int = 0) -> None:
        """Give back the cells spent since the mark, but for those kept and those of a result."""
        self.cells = mark.cells - (self.kept - mark.kept)
        self.hold(rows * (width + CELLS_OF_A_ROW))

    def keep(self, mark: Mark) -> None:
        """Keep until the end of the run what was spent since the mark."""
        self.kept = mark.kept + (mark.cells - self.cells)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a budget's cells stood."""

    cells: int
    kept: int


@dataclass(slots=True)
class Effort:
    """What compiling has taken: `nodes` compiled, the budget that constants are computed from.

    `weight` is how many expressions a row passes in the operator that is being compiled.
    """

    nodes: int = 0
    weight: int = 0
    budget: Budget = field(default_factory=lambda: Budget(OF_CONSTANTS))

    def node(self) -> None:
        """Count one more expression. Raises OverBudgetError."""
        self.nodes += 1
        self.weight += 1
        if self.nodes > MOST_NODES:
            raise OverBudgetError(f"the query compiles to more than {MOST_NODES:,} expressions")

    @contextmanager
    def aside(self) -> Iterator[Effort]:
        """Count from nothing what is compiled within, and go on as before behind it.

        `weight` alone starts anew: all nodes of a query count together.
        """
        weight = self.weight
        self.weight = 0
        try:
            yield self
        finally:
            self.weight = weight
