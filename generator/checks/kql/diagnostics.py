"""How a diagnostic of the language service becomes a problem: its words, its code, our advice."""

from __future__ import annotations

from collections.abc import Iterator

from generator.findings import InQuery, Problem
from generator.kql.analysis import Analysis, Diagnostic, DiagnosticKind
from generator.text.near_names import ending

LANGUAGE_SERVICE_SOURCE = (
    "https://github.com/microsoft/Kusto-Query-Language (the language service that "
    "Sentinel itself uses)"
)


def of_kind(analysis: Analysis, *kinds: DiagnosticKind) -> Iterator[Diagnostic]:
    """Yield the diagnostics of some kinds."""
    for diagnostic in analysis.diagnostics:
        if diagnostic.kind in kinds:
            yield diagnostic


def as_problem(code: str, diagnostic: Diagnostic, help_: str | None = None) -> Problem:
    """Return the problem at the diagnostic's place, with the service's message and code."""
    message = f"{diagnostic.message.rstrip('.')} ({diagnostic.code})"
    return Problem(code, message + ending(diagnostic.suggestion), place_of(diagnostic), help_)


def place_of(diagnostic: Diagnostic) -> InQuery:
    """Return the diagnostic's range, at least one character wide."""
    return InQuery(diagnostic.start, max(diagnostic.end, diagnostic.start + 1))
