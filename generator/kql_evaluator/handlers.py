"""Which function compiles which kind of node: every module of handlers, put together here alone."""

from __future__ import annotations

from generator.kql_evaluator import sources, statements
from generator.kql_evaluator.expressions import (
    arithmetic,
    calls,
    comparison,
    literals,
    membership,
    names,
    text_match,
)
from generator.kql_evaluator.operators import (
    expansion,
    join,
    naming,
    parse,
    parse_kv,
    plugins,
    projection,
    rows,
    series,
    summarize,
    union,
)
from generator.kql_evaluator.pipeline import apply_operator
from generator.kql_evaluator.scope import Handlers

HANDLERS = Handlers(
    scalars={
        **literals.HANDLERS,
        **names.HANDLERS,
        **arithmetic.HANDLERS,
        **comparison.HANDLERS,
        **text_match.HANDLERS,
        **membership.HANDLERS,
        **calls.HANDLERS,
    },
    tabulars={**sources.HANDLERS, **union.SOURCES},
    operators={
        **rows.HANDLERS,
        **projection.HANDLERS,
        **summarize.HANDLERS,
        **join.HANDLERS,
        **union.HANDLERS,
        **expansion.HANDLERS,
        **parse.HANDLERS,
        **parse_kv.HANDLERS,
        **series.HANDLERS,
        **plugins.HANDLERS,
        **naming.HANDLERS,
    },
    operator=apply_operator,
    statement=statements.after_statement,
)
