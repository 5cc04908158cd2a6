"""One rendering: compile, run, and turn every failure into a problem at its place.

Whatever a template does ends here: as a `Rendering` with its source map or as problems, never as
an exception.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import TracebackType

from jinja2 import Template
from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError, UndefinedError

from generator.findings import InDocument, InFile, InText, Problem
from generator.kql.rendering import Rendering, Segment
from generator.kql_templates.budget import Budget
from generator.kql_templates.environment import QUERY, KqlEnvironment, normalised
from generator.kql_templates.fault import (
    RAW_KQL_IN_DETECTION,
    REFUSED_OPERATION,
    TEMPLATE_FAILURE,
    TEMPLATE_LIMIT,
    TEMPLATE_SYNTAX,
    UNDEFINED_NAME,
    TemplateFaultError,
)
from generator.kql_templates.kql_text import Kind, KqlText, Piece
from generator.kql_templates.library import FOLDER, SUFFIX, TemplateLibrary
from generator.kql_templates.misplaced import misplaced_values
from generator.kql_templates.query import unused_values
from generator.kql_templates.values import GivenValues
from generator.text.lines import range_in_file
from generator.text.near_names import nearest, question
from generator.text.source_text import SourceText

_FAILURES = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    SyntaxError,
    TemplateError,
    TemplateFaultError,
    TypeError,
    ValueError,
)
"""What a template's code can raise: Jinja's errors and those of Python's own operations."""

_UNDEFINED_NAME = re.compile(r"'(\w+)' is undefined")


def render_template(
    library: TemplateLibrary, template: str | None, query: str | None, given: GivenValues
) -> tuple[Rendering | None, tuple[Problem, ...]]:
    """Render the library's `template`, or `query` where it is None, with the given values."""
    return _Rendering(library, template, query, given).result()


def compile_problem(library: TemplateLibrary, name: str) -> Problem | None:
    """Return why a template of the library cannot be compiled, at its place; None where it can."""
    rendering = _Rendering(library, name, None, GivenValues({}, {}, ()))
    problem = rendering.compile_problem()
    if problem is not None and not isinstance(problem.place, InFile):
        problem = replace(problem, place=InFile(f"{FOLDER}/{name}{SUFFIX}"))
    return problem


def place_in_file(source: SourceText, offset: int, word: str) -> InFile:
    """Return where a word stands that a tag of a template names, given an offset in that tag.

    `offset` counts characters of the text with its line ends normalised.
    """
    text = normalised(source.text, file=True)
    found = re.compile(rf"\b{re.escape(word)}\b").search(text, offset)
    start, end = found.span() if found is not None else (offset, offset + 1)
    return range_in_file(source, *_original_offsets(source.text, (start, end)))


class _Rendering:
    def __init__(
        self,
        library: TemplateLibrary,
        template: str | None,
        query: str | None,
        given: GivenValues,
    ) -> None:
        self.library = library
        self.environment: KqlEnvironment = library.environment
        self.template = template
        self.query = query or ""
        self.given = given

    def result(self) -> tuple[Rendering | None, tuple[Problem, ...]]:
        self.environment.budget = Budget()
        self.environment.faults = []
        try:
            name, compiled = self._compile()
        except _FAILURES as error:
            return None, (*self.given.problems, self._refusal(error))
        problems = [
            *self.given.problems,
            *unused_values(self.given, self.environment.names_read(name)),
            *self._raw_filters(),
        ]
        if self.given.problems:
            return None, tuple(problems)
        try:
            context = compiled.new_context(dict(self.given.values))
            text = self.environment.concat(compiled.root_render_func(context))
        except _FAILURES as error:
            fault = _fault_of(error)
            self._suggest(fault)
            return None, (*problems, *map(self._problem, (*self.environment.faults, fault)))
        faults = [*self.environment.faults, *misplaced_values(text)]
        problems.extend(map(self._problem, faults))
        return None if faults else self._with_segments(text), tuple(problems)

    def compile_problem(self) -> Problem | None:
        self.environment.budget = Budget()
        try:
            self._compile()
        except _FAILURES as error:
            return self._refusal(error)
        return None

    def _refusal(self, error: BaseException) -> Problem:
        fault = _fault_of(error)
        if isinstance(error, TemplateSyntaxError):
            self._narrow(fault)
        return self._problem(fault)

    def _compile(self) -> tuple[str, Template]:
        if self.template is None:
            return QUERY, self.environment.compile_text(QUERY, normalised(self.query, file=False))
        name = self.library.canonical(self.template)
        return name, self.environment.get_template(name)

    def _raw_filters(self) -> Iterator[Problem]:
        if self.template is None:
            facts = self.environment.facts_of(QUERY)
            for offset in facts.raw_filters:
                fault = TemplateFaultError(
                    RAW_KQL_IN_DETECTION,
                    "raw_kql writes a value as KQL, and whoever gives the value writes the query",
                    "write the value as a literal, or move this part to a template that checks it",
                ).at(QUERY, *facts.tag_at(offset))
                yield self._problem(fault)

    def _problem(self, fault: TemplateFaultError) -> Problem:
        return Problem(fault.code, fault.message, self._place(fault), fault.help)

    def _place(self, fault: TemplateFaultError) -> InDocument | InText | InFile:
        if fault.template is None:
            return InDocument(("query" if self.template is None else "template",))
        source = self._source(fault.template)
        text = self.query if source is None else source.text
        start, end = _original_offsets(text, (fault.start, fault.end))
        if source is None:
            return InText(("query",), start, end)
        return range_in_file(source, start, end)

    def _source(self, name: str) -> SourceText | None:
        source = None if name == QUERY else self.library.source(name)
        if isinstance(source, Problem):
            raise TypeError(f"{name} was compiled without a text")
        return source

    def _narrow(self, fault: TemplateFaultError) -> None:
        """Mark the word that a syntax error is at, or the tag that the template's end left open."""
        name = fault.template or QUERY
        facts = self.environment.facts_of(name)
        if "end of template" in fault.message and facts.open_tags:
            fault.at(name, *facts.tag_at(facts.open_tags[-1]))
        elif word := re.compile(r"\w+").match(self._normalised(name), fault.start):
            fault.at(name, *word.span())

    def _normalised(self, name: str) -> str:
        source = self._source(name)
        return normalised(self.query if source is None else source.text, file=False)

    def _suggest(self, fault: TemplateFaultError) -> None:
        """Point at an undefined name itself and say what may have been meant."""
        match = _UNDEFINED_NAME.fullmatch(fault.message)
        if match is None:
            return
        name = match[1]
        fault.message = f"{name} has no value"
        fault.help = question(nearest(name, self.given.values))
        if fault.template is not None:
            text = self._normalised(fault.template)
            if found := re.compile(rf"\b{name}\b").search(text, fault.start, fault.end):
                fault.start, fault.end = found.span()

    def _with_segments(self, text: KqlText) -> Rendering:
        segments: list[Segment] = []
        offset = 0
        for piece in text.pieces:
            segments.extend(self._segments(piece, offset))
            offset += len(piece.text)
        return Rendering(str(text), tuple(segments))

    def _segments(self, piece: Piece, offset: int) -> Iterator[Segment]:
        source = self._source(piece.template or QUERY)
        original = self.query if source is None else source.text
        if piece.kind is not Kind.TEXT:
            start, end = _original_offsets(original, (piece.start, piece.end))
            yield Segment(offset, source, start, end, verbatim=False)
            return
        # Where the file's line ends are longer than the text's, each line begins anew.
        lines = piece.text.splitlines(keepends=True) if "\r" in original else [piece.text]
        start = piece.start
        for line in lines:
            begin, end = _original_offsets(original, (start, start + len(line)))
            yield Segment(offset, source, begin, end, verbatim=True)
            offset, start = offset + len(line), start + len(line)


def _original_offsets(text: str, offsets: Iterable[int]) -> list[int]:
    """Return offsets of a text for offsets of the same text with normalised line ends."""
    if "\r\n" not in text:
        return list(offsets)
    ends = [match.start() - index for index, match in enumerate(re.finditer("\r\n", text))]
    return [offset + bisect_left(ends, offset) for offset in offsets]


def _fault_of(error: BaseException) -> TemplateFaultError:
    """Return what went wrong as a fault with its place, as far as the error knows it."""
    if isinstance(error, TemplateFaultError):
        fault = error
    elif isinstance(error, TemplateSyntaxError):
        fault = TemplateFaultError(TEMPLATE_SYNTAX, (error.message or "malformed").rstrip("."))
        return fault.at(error.name or QUERY, error.lineno, error.lineno + 1)
    elif isinstance(error, UndefinedError):
        fault = TemplateFaultError(UNDEFINED_NAME, error.message or "a value is missing")
    elif isinstance(error, SecurityError):
        fault = TemplateFaultError(REFUSED_OPERATION, error.message or "refused")
    elif isinstance(error, RecursionError | MemoryError | SyntaxError):
        fault = TemplateFaultError(TEMPLATE_LIMIT, "the template is nested too deeply")
    else:
        message = str(error)
        fault = TemplateFaultError(
            TEMPLATE_FAILURE, message if len(message) <= 200 else message[:199] + "…"
        )
    if fault.template is None:
        _place_by_traceback(fault, error.__traceback__)
    return fault


def _place_by_traceback(fault: TemplateFaultError, traceback: TracebackType | None) -> None:
    """Find the innermost template that was running, and the tag in it."""
    while traceback is not None:
        running = traceback.tb_frame.f_globals.get("__jinja_template__")
        if running is not None:
            offset = running.get_corresponding_lineno(traceback.tb_lineno)
            facts = running.environment.facts_of(running.name)
            fault.at(running.name, *facts.tag_at(offset))
        traceback = traceback.tb_next
