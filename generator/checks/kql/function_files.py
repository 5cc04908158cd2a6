"""What is wrong with the bodies of the organisation's own functions, told at their files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from generator.catalog.detection import FileProblem
from generator.checks.kql.undeclared_table import UndeclaredTable
from generator.findings import Problem
from generator.kql.analysis import Analysis, Diagnostic, DiagnosticKind
from generator.kql.schemas.declared import FUNCTION_CODE, FunctionFile, LoadedEnvironment
from generator.kql_service.service import KqlService
from generator.text.lines import range_in_file

_DECLARED = "let sentinelgen_function = "
_CALLED_BY_NOBODY = "; print 1"


def checked_functions(
    service: KqlService, loaded: LoadedEnvironment
) -> tuple[KqlService, tuple[FileProblem, ...]]:
    """Return what is wrong with the function files, and the service told which they are.

    A function is analysed as a `let` of its text, with all other functions around it. Raises
    KqlUnavailableError where the service is not installed.
    """
    queries = [
        f"{_DECLARED}{item.text.parameters}{item.text.body}{_CALLED_BY_NOBODY}"
        for item in loaded.functions
    ]
    faulty: set[str] = set()
    undeclared: set[str] = set()
    found: list[FileProblem] = []
    for item, analysis in zip(loaded.functions, service.analyze_many(queries), strict=True):
        undeclared |= {d.name for d in analysis.diagnostics if d.name and _is_undeclared(d)}
        problems = [*_problems(item, analysis.diagnostics), *_recursion(item, analysis)]
        # A table that nobody declared is a warning, which must not silence the errors of calls.
        if any(one.problem.code == FUNCTION_CODE for one in problems):
            faulty.add(item.name)
        found += problems
    if not found:
        return service, ()
    environment = replace(
        service.environment, faulty=frozenset(faulty), undeclared=frozenset(undeclared)
    )
    return replace(service, environment=environment), tuple(found)


def _is_undeclared(diagnostic: Diagnostic) -> bool:
    return diagnostic.kind is DiagnosticKind.UNKNOWN_TABLE and not diagnostic.is_misspelling


def _recursion(item: FunctionFile, analysis: Analysis) -> Iterator[FileProblem]:
    """Yield a problem where a function reaches itself: KQL has no recursion."""
    for call in analysis.references.functions:
        if call.origin == "declared" and call.name == item.name:
            place = range_in_file(item.source, _offset(item, call.start), _offset(item, call.end))
            message = f"the function {item.name} calls itself here, or by way of others"
            yield FileProblem(item.source, None, Problem(FUNCTION_CODE, message, place))
            return


def _problems(item: FunctionFile, diagnostics: tuple[Diagnostic, ...]) -> Iterator[FileProblem]:
    for diagnostic in diagnostics:
        if diagnostic.severity != "Error":
            continue
        place = range_in_file(
            item.source, _offset(item, diagnostic.start), _offset(item, diagnostic.end)
        )
        if _is_undeclared(diagnostic):
            code, help_ = UndeclaredTable.code, "declare it in schemas/"
        else:
            code, help_ = FUNCTION_CODE, None
        message = f"{diagnostic.message.rstrip('.')} ({diagnostic.code})"
        yield FileProblem(item.source, None, Problem(code, message, place, help_))


def _offset(item: FunctionFile, offset: int) -> int:
    """Return the offset in the file of one in the query that declares the function."""
    parameters = offset - len(_DECLARED)
    body = parameters - len(item.text.parameters)
    return item.text.parameters_at + parameters if body < 0 else item.text.body_at + body
