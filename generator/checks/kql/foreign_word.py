"""SG411: a function, plugin or statement that Azure Monitor does not have."""

from __future__ import annotations

from collections.abc import Iterator

from generator.checks.kql.declarations import declarations_of
from generator.checks.kql.foreign_vocabulary import (
    FUNCTIONS,
    LANGUAGE_DIFFERENCES,
    PLUGINS,
    STATEMENTS,
)
from generator.checks.kql.pipelines import FUNCTION_CALL, called_name
from generator.checks.kql.tree_check import TreeCheck
from generator.findings import Code, InQuery, Problem, Severity
from generator.kql_service.inspection import BoundQuery


class ForeignWord(TreeCheck):
    """The query uses what only Azure Data Explorer or Fabric has."""

    code = Code(
        "SG411",
        summary="KQL that Azure Monitor does not run",
        explanation=(
            "Azure Monitor runs most of KQL but not all: no scripts (`evaluate python`, `r`), no "
            "plugins that call out (`sql_request`, `http_request` and the like), no query "
            "parameters, and none of the functions about the database itself "
            "(`current_principal()`, `extent_id()`, `cursor_after()`). The language service knows "
            "them, so that such a query binds; the service refuses the rule. Sentinel's own "
            "functions and let functions of the same name are not meant."
        ),
        severity=Severity.ERROR,
        source=LANGUAGE_DIFFERENCES,
    )

    def inspect(self, query: BoundQuery) -> Iterator[Problem]:
        """Yield a problem for each use."""
        plugins: set[int] = set()
        for node in query.tree.walk():
            if node.kind == "EvaluateOperator":
                call = node.child("FunctionCall")
                plugins.add(id(call))
                word, page = called_name(call), PLUGINS.get((called_name(call) or "").lower())
                written = f"evaluate {word}"
                place = InQuery(call.start, call.end)
            elif node.kind == FUNCTION_CALL and id(node) not in plugins:
                word = called_name(node)
                page = None if node.expansion is not None else FUNCTIONS.get(word or "")
                if page is not None and word in declarations_of(query.tree).by_name:
                    continue
                written = f"{word}()"
                place = InQuery(node.start, node.end)
            elif node.kind in STATEMENTS:
                written, page = STATEMENTS[node.kind]
                place = InQuery(node.start, node.end)
            else:
                continue
            if page is not None:
                yield Problem(
                    self.code,
                    f"Azure Monitor does not have `{written}`",
                    place,
                    f"see {page}",
                )
