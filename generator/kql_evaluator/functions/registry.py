"""How a built-in function is declared: scalar functions, aggregates and window functions.

A family module creates one `FAMILY = Family("strings")` and decorates plain functions, which stay
callable. The compiler does what every function would otherwise repeat: null propagation,
conversion of dynamic arguments, folding of constant calls, and positions in errors.

A function says that arguments are wrong with `errors.InvalidArgumentError` (the engine refuses them
too) or `errors.UnsupportedArgumentError` (the engine does not, we do).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from generator.kql_evaluator.values import Datetime, Value


@dataclass(frozen=True, slots=True)
class Argument:
    """What is known of an argument on compiling: its KQL type, and its value where it is constant.

    `value` means nothing unless `is_constant`. A `let` constant counts; what depends on now(), a
    table or a row does not.
    """

    type: str
    is_constant: bool = False
    value: Value = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call site on compiling. `result_type` is the language service's.

    It is `tuple` for a scalar function that gives several columns (series_fit_line): such a
    function returns a Python tuple with one value per column.
    """

    name: str
    arguments: tuple[Argument, ...]
    result_type: str

    def constant(self, index: int, default: Value = None) -> Value:
        """Return the value of a constant argument, or the default where it is absent or varies."""
        if index < len(self.arguments) and self.arguments[index].is_constant:
            return self.arguments[index].value
        return default


class Clock(Protocol):
    """What a function with `needs_run` gets as its first argument."""

    @property
    def now(self) -> Datetime:
        """The moment that now() says, the same during a whole run."""


Evaluate = Callable[..., Value]
Work = Callable[..., None]
"""Gets a `Budget`, then the arguments of the call."""
Prepare = Callable[[Call], Evaluate]


@dataclass(frozen=True, slots=True)
class ScalarFunction:
    """A function of one row. `prepare` runs once per call site, what it returns once per row.

    `parameters` are KQL types; the last one holds for all further arguments. An argument of another
    type (mostly dynamic) is converted before the call; `any` leaves it alone. With `strict`, a null
    argument makes the result null ('' where the result is a string) without a call; empty strings
    are no nulls. `needs_run` functions get a `Clock` first and are never folded. `work` spends what
    a call takes before it is made, for a function whose work or result is not in proportion to its
    arguments. `pattern` is the place of an argument that is always a regular expression.
    `needs_budget` functions get the `Budget` first, for what only their work itself tells.
    """

    name: str
    prepare: Prepare
    parameters: tuple[str, ...]
    strict: bool
    needs_run: bool
    note: str = ""
    """What surprises about the function, for its documentation."""
    work: Work | None = None
    pattern: int | None = None
    needs_budget: bool = False

    def parameter(self, index: int) -> str:
        """Return the type that an argument is converted to, or 'any'."""
        if not self.parameters:
            return "any"
        return self.parameters[min(index, len(self.parameters) - 1)]


class Aggregate(Protocol):
    """An aggregate at one call site; constructed with the `Call`.

    A state belongs to one group. `add` gets the evaluated arguments of a row, nulls included.
    """

    def start(self) -> Value:
        """Return a new, mutable state."""

    def add(self, state: Value, *arguments: Value) -> None:
        """Take one row into the state."""

    def finish(self, state: Value) -> Value:
        """Return the result; for a tabular aggregate a tuple with one value per result column."""


@dataclass(frozen=True, slots=True)
class AggregateFunction:
    """A named aggregate; `parameters` as in `ScalarFunction`.

    `tabular`: its result is one or more columns (arg_max, take_any, percentiles). For these `*` is
    replaced by the columns it stands for before the arguments are evaluated.
    """

    name: str
    create: Callable[[Call], Aggregate]
    parameters: tuple[str, ...]
    tabular: bool
    note: str = ""

    def parameter(self, index: int) -> str:
        """Return the type that an argument is converted to, or 'any'."""
        if not self.parameters:
            return "any"
        return self.parameters[min(index, len(self.parameters) - 1)]


EvaluateColumn = Callable[..., Sequence[Value]]


@dataclass(frozen=True, slots=True)
class WindowFunction:
    """A function of serialized rows (prev, row_number, row_cumsum).

    `evaluate(call, size, *columns)` gets each argument evaluated for all rows, in order, and the
    number of rows; it returns one value per row. Constant arguments come as columns too.
    """

    name: str
    evaluate: EvaluateColumn
    note: str = ""


def _note(declared: Callable[..., Value]) -> str:
    """Return the documentation of what was declared, on one line."""
    return " ".join((declared.__doc__ or "").split())


_Function = TypeVar("_Function", bound=Callable[..., Value])
_AggregateClass = TypeVar("_AggregateClass", bound=Callable[[Call], Aggregate])


@dataclass(frozen=True, slots=True)
class Family:
    """The functions of one module. `title` heads them in the documentation."""

    title: str
    scalars: dict[str, ScalarFunction] = field(default_factory=dict)
    aggregates: dict[str, AggregateFunction] = field(default_factory=dict)
    windows: dict[str, WindowFunction] = field(default_factory=dict)

    def scalar(
        self,
        *names: str,
        parameters: tuple[str, ...] = (),
        strict: bool = True,
        needs_run: bool = False,
        work: Work | None = None,
    ) -> Callable[[_Function], _Function]:
        """Declare a function that is called with the evaluated arguments of each row."""

        def declare(function: _Function) -> _Function:
            def prepare(_: Call) -> Evaluate:
                return function

            note = _note(function)
            for name in names:
                self.scalars[name] = ScalarFunction(
                    name, prepare, parameters, strict, needs_run, note, work
                )
            return function

        return declare

    def prepared(
        self,
        *names: str,
        parameters: tuple[str, ...] = (),
        strict: bool = True,
        needs_run: bool = False,
        work: Work | None = None,
        pattern: int | None = None,
        needs_budget: bool = False,
    ) -> Callable[[Prepare], Prepare]:
        """Declare a function that makes the function of each row, for work that a constant argument
        or the types allow to do once (a regular expression, a unit, the result's type).
        """

        def declare(prepare: Prepare) -> Prepare:
            note = _note(prepare)
            for name in names:
                self.scalars[name] = ScalarFunction(
                    name,
                    prepare,
                    parameters,
                    strict,
                    needs_run,
                    note,
                    work,
                    pattern,
                    needs_budget,
                )
            return prepare

        return declare

    def aggregate(
        self, *names: str, parameters: tuple[str, ...] = (), tabular: bool = False
    ) -> Callable[[_AggregateClass], _AggregateClass]:
        """Declare an aggregate: a class (or any callable) that takes the `Call`."""

        def declare(create: _AggregateClass) -> _AggregateClass:
            for name in names:
                self.aggregates[name] = AggregateFunction(
                    name, create, parameters, tabular, _note(create)
                )
            return create

        return declare

    def window(self, *names: str) -> Callable[[EvaluateColumn], EvaluateColumn]:
        """Declare a window function."""

        def declare(function: EvaluateColumn) -> EvaluateColumn:
            for name in names:
                self.windows[name] = WindowFunction(name, function, _note(function))
            return function

        return declare


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All families together, by name."""

    families: tuple[Family, ...]
    scalars: dict[str, ScalarFunction]
    aggregates: dict[str, AggregateFunction]
    windows: dict[str, WindowFunction]

    @classmethod
    def of(cls, families: Iterable[Family]) -> Catalogue:
        """Join families. Raises ValueError where two of them define the same name."""
        joined = cls(tuple(families), {}, {}, {})
        for family in joined.families:
            _merge(joined.scalars, family.scalars, family.title)
            _merge(joined.aggregates, family.aggregates, family.title)
            _merge(joined.windows, family.windows, family.title)
        return joined


_Declared = TypeVar("_Declared")


def _merge(target: dict[str, _Declared], source: dict[str, _Declared], title: str) -> None:
    twice = target.keys() & source.keys()
    if twice:
        raise ValueError(f"{title} defines again: {', '.join(sorted(twice))}")
    target.update(source)
