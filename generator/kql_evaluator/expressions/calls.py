"""Function calls in scalar expressions: built-in, aggregate, window and user functions, toscalar().

User functions are compiled anew for every call, with the types that the language service bound for
that call; their parameters are the arguments' expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from generator.kql.syntax import Node
from generator.kql_evaluator.budget import Budget, OverBudgetError
from generator.kql_evaluator.errors import (
    BEYOND,
    EvaluationError,
    InvalidArgumentError,
    UnsupportedArgumentError,
    UnsupportedConstruct,
)
from generator.kql_evaluator.expressions.columns import COLUMN_FUNCTIONS
from generator.kql_evaluator.expressions.comparison import negation
from generator.kql_evaluator.expressions.folding import converted, once_per_run, unary, varies_most
from generator.kql_evaluator.expressions.names import column, reference
from generator.kql_evaluator.formats import to_text
from generator.kql_evaluator.functions.registry import (
    AggregateFunction,
    Argument,
    Call,
    ScalarFunction,
    WindowFunction,
)
from generator.kql_evaluator.patterns import pay_for
from generator.kql_evaluator.runtime import LARGE, MADE, Expression, Run, Varies, constant
from generator.kql_evaluator.scope import (
    AggregateCall,
    ScalarHandler,
    Scope,
    WindowCall,
    construct_name,
    name_text,
    named_by_service,
    scalar_type,
    schema_of,
)
from generator.kql_evaluator.table import Column
from generator.kql_evaluator.user_functions import body_scope
from generator.kql_evaluator.values import Row, Value, null_of


def arguments_of(node: Node) -> tuple[Node, ...]:
    """Return the argument nodes of a call, none for a call by name alone."""
    listed = node.get("ArgumentList")
    return () if listed is None else listed.child("Expressions").elements()


def _call(scope: Scope, node: Node) -> Expression:
    name = name_text(node.child("Name"))
    if node.expansion is not None:
        return _user_function(scope, node)
    functions = scope.compilation.functions
    if name in SPECIAL_FUNCTIONS:
        return SPECIAL_FUNCTIONS[name](scope, node)
    if scope.aggregates is not None and name in functions.aggregates:
        return _aggregate(scope, node, functions.aggregates[name])
    if name in functions.scalars:
        return _scalar_function(scope, node, functions.scalars[name])
    if name in functions.windows:
        return _window(scope, node, functions.windows[name])
    raise scope.unsupported(node)


def argument_facts(expressions: Sequence[Expression]) -> tuple[Argument, ...]:
    """Return what a function may know of its arguments on compiling."""
    return tuple(
        Argument(expression.type, expression.is_constant, expression.value)
        for expression in expressions
    )


def _taken(
    function: ScalarFunction, given: Sequence[Expression], budget: Budget
) -> list[Expression]:
    """Return arguments under the types that the function takes."""
    expressions = []
    for index, expression in enumerate(given):
        wanted = function.parameter(index)
        expressions.append(expression if wanted == "any" else converted(expression, wanted, budget))
    return expressions


def applied_constants(
    scope: Scope, node: Node, function: ScalarFunction, given: Sequence[Expression]
) -> None:
    """Call a function with constants as the engine does on looking at the query.

    Raises InvalidArgumentError where it refuses them, UnsupportedArgumentError where only this
    evaluator does, OverBudgetError where the call takes too much.
    """
    budget = scope.compilation.effort.budget
    expressions = _taken(function, given, budget)
    _pay_for_constant_pattern(function, expressions, budget)
    _folded(node, function, expressions, budget)


def _scalar_function(scope: Scope, node: Node, function: ScalarFunction) -> Expression:
    given = scope.scalars(arguments_of(node))
    try:
        budget = scope.compilation.effort.budget
        expressions = _taken(function, given, budget)
        _pay_for_constant_pattern(function, expressions, budget)
        expression = _applied(scope, node, function, expressions)
    except (InvalidArgumentError, UnsupportedArgumentError, OverBudgetError) as error:
        raise _placed(scope, node, error) from None
    if expression.type == "tuple":
        return replace(expression, columns=schema_of(node))
    if expression.type == "real":
        # iff(x, 1, 0.5) and its like: a whole number in a real column must compute as a real.
        return unary(
            lambda value: float(value) if type(value) is int else value, expression, "real"
        )
    return expression


def _pay_for_constant_pattern(
    function: ScalarFunction, expressions: Sequence[Expression], budget: Budget
) -> None:
    place = function.pattern
    if place is not None and place < len(expressions) and expressions[place].is_constant:
        pay_for(budget, to_text(expressions[place].value))


def _placed(
    scope: Scope,
    node: Node,
    error: InvalidArgumentError | UnsupportedArgumentError | OverBudgetError,
) -> EvaluationError | UnsupportedConstruct:
    """Return what a function said about its arguments, with the place of the call."""
    name = construct_name(node)
    if isinstance(error, InvalidArgumentError | OverBudgetError):
        return scope.failure(node, f"{name}: {error}")
    return scope.unsupported(node, name, str(error))


def _applied(
    scope: Scope, node: Node, function: ScalarFunction, expressions: Sequence[Expression]
) -> Expression:
    varies = varies_most(expressions)
    if varies is Varies.NEVER and not function.needs_run:
        return _folded(node, function, expressions, scope.compilation.effort.budget)
    result = scalar_type(node)
    compute = function.prepare(Call(function.name, argument_facts(expressions), result))
    null, strict, first = null_of(result), function.strict, _first_arguments(function)
    readers = [expression.evaluate for expression in expressions]
    work = function.work
    pattern = function.pattern
    if pattern is not None and (pattern >= len(expressions) or expressions[pattern].is_constant):
        pattern = None  # is paid for already

    def evaluate(row: Row, run: Run) -> Value:
        values = [read(row, run) for read in readers]
        if strict and None in values:
            return null
        budget = run.budget
        try:
            for value in values:
                if type(value) in LARGE:
                    budget.look(value)
            if pattern is not None:
                pay_for(budget, values[pattern])
            if work is not None:
                _computed(work, budget, *values)
            found = _computed(compute, *first(run), *values)
            if type(found) in MADE:
                budget.value(found)
        except (InvalidArgumentError, UnsupportedArgumentError, OverBudgetError) as error:
            raise _placed(scope, node, error) from None
        return found

    return Expression(evaluate, result, max(varies, Varies.BY_RUN))


def _first_arguments(function: ScalarFunction) -> Callable[[Run], tuple[Value, ...]]:
    """Return what a function gets of a run before its arguments."""
    if function.needs_run:
        return lambda run: (run,)
    return (lambda run: (run.budget,)) if function.needs_budget else (lambda _: ())


def _folded(
    node: Node, function: ScalarFunction, expressions: Sequence[Expression], budget: Budget
) -> Expression:
    result = scalar_type(node)
    compute = function.prepare(Call(function.name, argument_facts(expressions), result))
    values = [expression.value for expression in expressions]
    null = null_of(result)
    if function.strict and None in values:
        return constant(null, result)
    budget.read(*values)
    if function.work is not None:
        _computed(function.work, budget, *values)
    if function.needs_budget:
        values = [budget, *values]
    found = _computed(compute, *values)
    budget.value(found)
    return constant(found, result)


def _computed(compute: Callable[..., Value], *values: Value) -> Value:
    """Call a function; what it did not foresee of numbers and dates is no fault of the program.

    Raises UnsupportedArgumentError for it: nobody knows what the engine would say.
    """
    try:
        return compute(*values)
    except (InvalidArgumentError, UnsupportedArgumentError, UnicodeError):
        raise
    except (ArithmeticError, ValueError):
        raise UnsupportedArgumentError(BEYOND) from None


def _user_function(scope: Scope, node: Node) -> Expression:
    arguments = [
        scope.tabular(argument) if _is_table(argument) else scope.argument(argument)
        for argument in arguments_of(node)
    ]
    inner, body = body_scope(scope, node, arguments)
    return inner.scalar(body)


def _is_table(node: Node) -> bool:
    return bool(schema_of(node)) and scalar_type(node) == "tuple"


def _aggregate(scope: Scope, node: Node, function: AggregateFunction) -> Expression:
    """Collect the call; where it stands, read what will be computed for the group."""
    aggregates = scope.aggregates
    if aggregates is None:
        raise scope.failure(node, f"{function.name}() aggregates, which is not possible here")
    own = scope.on_rows()
    expressions: list[Expression] = []
    columns: list[Column] = []
    for index, argument in enumerate(arguments_of(node)):
        if argument.kind == "StarExpression":
            starred = _starred(scope, arguments_of(node)[:index])
            expressions += [column(place, found.type) for place, found in starred]
            columns += [found for _, found in starred]
            continue
        wanted = function.parameter(index)
        expression = own.scalar(argument)
        expressions.append(expression if wanted == "any" else converted(expression, wanted))
        columns.append(Column(argument.name or f"{function.name}_{index}", expression.type))
    result = scalar_type(node)
    call = Call(function.name, argument_facts(expressions), result)
    if result != "tuple":
        columns = [Column("", result)]
    elif not has_star(node):
        columns = list(named_by_service(node, schema_of(node)))
    try:
        aggregate = function.create(call)
    except (InvalidArgumentError, UnsupportedArgumentError) as error:
        raise _placed(scope, node, error) from None
    start = scope.aggregate_base + sum(len(other.columns) for other in aggregates)
    aggregates.append(AggregateCall(function, aggregate, tuple(expressions), tuple(columns)))
    if result != "tuple":
        return column(start, result)
    end = start + len(columns)
    return Expression(
        lambda row, _run: row[start:end], "tuple", Varies.BY_ROW, columns=tuple(columns)
    )


def has_star(node: Node) -> bool:
    """Whether a call has `*` as an argument."""
    return any(argument.kind == "StarExpression" for argument in arguments_of(node))


def _starred(scope: Scope, before: Sequence[Node]) -> list[tuple[int, Column]]:
    """Return the input columns that `*` stands for: neither keys nor arguments before it."""
    named = {name_text(argument) for argument in before if argument.kind == "NameReference"}
    return [
        (index, found)
        for index, found in enumerate(scope.input_columns)
        if found.name in scope.starred and found.name not in named
    ]


def _window(scope: Scope, node: Node, function: WindowFunction) -> Expression:
    """Collect the call; where it stands, read the column that will be computed for it."""
    windows = scope.windows
    if windows is None:
        raise scope.unsupported(node, reason="only in project, extend, where and serialize")
    expressions = scope.scalars(arguments_of(node))
    result = scalar_type(node)
    call = Call(function.name, argument_facts(expressions), result)
    windows.append(WindowCall(function, call, expressions))
    return column(len(scope.columns) + len(windows) - 1, result)


def _to_scalar(scope: Scope, node: Node) -> Expression:
    """toscalar(): the first column of the first row, computed once."""
    inner = node.child("Expression")
    if not _is_table(inner):
        return scope.scalar(inner)
    relation = scope.without_rows().tabular(inner)
    result = scalar_type(node)

    def evaluate(_row: Row, run: Run) -> Value:
        table = relation.table(run)
        if not table.rows or not table.columns:
            return null_of(result)
        return table.rows[0][0]

    slot = next(scope.compilation.slots)
    return once_per_run(Expression(evaluate, result, Varies.BY_RUN), slot)


def _column_if_exists(scope: Scope, node: Node) -> Expression:
    name_node, default = arguments_of(node)
    name = scope.scalar(name_node)
    if not name.is_constant:
        raise scope.unsupported(node, reason="the column's name is not a constant")
    index = scope.column_index(name.value)
    if index is not None:
        return column(index, scope.columns[index].type)
    return scope.scalar(default)


def _ingestion_time(scope: Scope, node: Node) -> Expression:
    """Sample events have no ingestion time: `_TimeReceived` stands for it, else TimeGenerated."""
    places = [
        index
        for index in (scope.column_index("_TimeReceived"), scope.column_index("TimeGenerated"))
        if index is not None
    ]
    if not places:
        raise scope.unsupported(
            node, reason="these rows have neither _TimeReceived nor TimeGenerated"
        )

    def evaluate(row: Row, _run: Run) -> Value:
        return next((row[place] for place in places if row[place] is not None), None)

    return Expression(evaluate, "datetime", Varies.BY_ROW)


def _not(scope: Scope, node: Node) -> Expression:
    (argument,) = arguments_of(node)
    return unary(negation, converted(scope.scalar(argument), "bool"), "bool")


def _name(scope: Scope, node: Node) -> Expression:
    """A function without parameters may be called by its name alone."""
    return reference(scope, node) if node.expansion is None else _user_function(scope, node)


SPECIAL_FUNCTIONS: dict[str, ScalarHandler] = {
    "column_ifexists": _column_if_exists,
    "columnifexists": _column_if_exists,
    "ingestion_time": _ingestion_time,
    "not": _not,
    **COLUMN_FUNCTIONS,
}
"""What cannot be computed from the values of arguments alone."""

HANDLERS: dict[str, ScalarHandler] = {
    "FunctionCallExpression": _call,
    "ToScalarExpression": _to_scalar,
    "NameReference": _name,
}
