"""Every template of a library judged by itself, whether or not a detection uses it.

What only a rendering shows (values, limits of what is computed) is not looked at: an unused
template has no values. What does not parse, is not there, or is called and defined nowhere is
wrong whoever will use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from jinja2 import nodes
from jinja2.exceptions import TemplateError

from generator.catalog.detection import FileProblem
from generator.findings import Code, InFile, Problem, Severity
from generator.kql_templates.engine import compile_problem, place_in_file
from generator.kql_templates.fault import UNDEFINED_NAME, UNREADABLE_TEMPLATE, TemplateFaultError
from generator.kql_templates.library import FOLDER, SUFFIX, TemplateLibrary
from generator.text.near_names import ending, nearest
from generator.text.source_text import SourceText

STRAY_FILE = Code(
    "SG326",
    summary="File among the templates that is no template",
    explanation=(
        "Templates are detections/_templates/NAME.kql.j2. A file of another name cannot be used "
        "or included. Rename it, or move what is not a template elsewhere; Markdown may stay."
    ),
    severity=Severity.WARNING,
    source="Our own decision.",
)
UNDEFINED_MACRO = Code(
    "SG327",
    summary="Macro that is not defined",
    explanation=(
        "The template calls a name that is no macro here, was not imported, and is not defined by "
        "any template that includes this one; or it imports what the other template does not "
        "define. Whoever uses the template would fail. Every template is looked at, used or not."
    ),
    severity=Severity.ERROR,
    source="Jinja, Template Designer Documentation.",
    waivable=False,
    superseded_by=(UNDEFINED_NAME,),
)


_GIVEN = frozenset(["range", "dict", "namespace", "caller", "super", "self", "loop", "varargs"])
"""What a template may call without defining it."""

_UNREADABLE = (TemplateError, TemplateFaultError, RecursionError, MemoryError)


@dataclass(slots=True)
class _Reading:
    """What one template defines, uses and calls, by a walk through its syntax tree.

    `called`, `members` and `imported` come with the offset of the name, or of the tag, that is
    meant; line ends are normalised.
    """

    source: SourceText
    defined: set[str] = field(default_factory=set)
    tested: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    modules: dict[str, str] = field(default_factory=dict)
    imported: list[tuple[str, str, int]] = field(default_factory=list)
    called: list[tuple[str, int]] = field(default_factory=list)
    members: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def templates(self) -> set[str]:
        """The names of all templates that this one includes, extends or imports from."""
        return {*self.used, *self.modules.values(), *(name for name, _, _ in self.imported)}

    @staticmethod
    def of(source: SourceText, tree: nodes.Template) -> _Reading:
        reading = _Reading(source)
        for node in tree.find_all(nodes.Node):
            reading._note(node)
        return reading

    def _note(self, node: nodes.Node) -> None:
        match node:
            case nodes.Macro():
                self.defined.add(node.name)
            case nodes.Name(ctx="store" | "param"):
                self.defined.add(node.name)
            case nodes.Import():
                self.defined.add(node.target)
                if (template := _constant(node.template)) is not None:
                    self.modules[node.target] = template
            case nodes.FromImport():
                self._note_imports(node)
            case nodes.Include() | nodes.Extends():
                if (template := _constant(node.template)) is not None:
                    self.used.add(template)
            case nodes.Test(name="defined" | "undefined", node=nodes.Name(name=tested)):
                self.tested.add(tested)
            case nodes.Call(node=nodes.Name(name=called) as name):
                self.called.append((called, name.lineno))
            case nodes.Getattr(node=nodes.Name(name=module) as name, attr=member):
                self.members.append((module, member, name.lineno))
            case _:
                pass

    def _note_imports(self, node: nodes.FromImport) -> None:
        template = _constant(node.template)
        for entry in node.names:
            name, alias = entry if isinstance(entry, tuple) else (entry, entry)
            self.defined.add(alias)
            if template is not None:
                self.imported.append((template, name, node.lineno))


def library_problems(
    library: TemplateLibrary, rendered: Iterable[str] = (), queries: Iterable[SourceText] = ()
) -> Iterator[FileProblem]:
    """Yield what is wrong with the templates of a library, used or not.

    `rendered` are the names of templates that detections are rendered from: what keeps one of them,
    or one that it uses, from being compiled is found there. `queries` are the detections' own
    queries: what one defines is seen by what it includes.
    """
    for file in library.stray_files:
        message = f"this file is no template: the name of one ends in {SUFFIX}"
        yield _in_file(Problem(STRAY_FILE, message, InFile(file), "rename, move or remove it"))
    macros = _Macros(library, tuple(queries))
    for name in sorted({*library.names} - macros.reached_from(rendered)):
        yield from map(_in_file, _compilation_problems(library, name))
    yield from map(_in_file, macros.problems())


def _compilation_problems(library: TemplateLibrary, name: str) -> Iterator[Problem]:
    source = _source(library, name)
    if isinstance(source, Problem):
        yield source
    elif (
        problem := compile_problem(library, name)
    ) is not None and problem.code != UNREADABLE_TEMPLATE:
        # A template that cannot be read is told at its own file, not by each that uses it.
        yield problem


def _source(library: TemplateLibrary, name: str) -> SourceText | Problem:
    try:
        return library.source(name)
    except TemplateFaultError as fault:
        return Problem(fault.code, fault.message, InFile(f"{FOLDER}/{name}{SUFFIX}"), fault.help)


def _in_file(problem: Problem) -> FileProblem:
    return FileProblem(None, None, problem)


@dataclass
class _Macros:
    """Calls of macros, across all templates that can be read."""

    library: TemplateLibrary
    queries: tuple[SourceText, ...]

    @cached_property
    def templates(self) -> Mapping[str, _Reading]:
        found = {}
        for name in self.library.names:
            source = _source(self.library, name)
            if isinstance(source, SourceText) and (reading := self._read(source, file=True)):
                found[name] = reading
        return found

    @cached_property
    def callers(self) -> tuple[_Reading, ...]:
        """The queries that may use templates."""
        read = (self._read(query, file=False) for query in self.queries if "{%" in query.text)
        return tuple(reading for reading in read if reading is not None)

    def _read(self, source: SourceText, *, file: bool) -> _Reading | None:
        try:
            tree = self.library.environment.syntax_tree(source.text, file=file)
        except _UNREADABLE:
            return None  # compiling it says why
        return _Reading.of(source, tree)

    def problems(self) -> Iterator[Problem]:
        for name, reading in self.templates.items():
            known = self._seen_by(name) | _GIVEN | reading.tested
            for called, offset in reading.called:
                if called not in known:
                    yield self._undefined(
                        reading, offset, f"there is no macro {called!r}", called, known - _GIVEN
                    )
            for module, member, offset in reading.members:
                if module in reading.modules:
                    yield from self._missing(reading, reading.modules[module], member, offset)
            for template, imported, offset in reading.imported:
                yield from self._missing(reading, template, imported, offset)

    def reached_from(self, names: Iterable[str]) -> set[str]:
        """Return these templates and queries' templates, with all that they use or import."""
        waiting = [*map(_plain, names)]
        waiting += [_plain(name) for query in self.callers for name in query.templates]
        reached: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                if name in self.templates:
                    waiting += map(_plain, self.templates[name].templates)
        return reached

    def _seen_by(self, name: str) -> set[str]:
        """Return what a template and all that include it define."""
        users, waiting = {name}, [name]
        while waiting:
            used = waiting.pop()
            for other, reading in self.templates.items():
                if other not in users and used in map(_plain, reading.used):
                    users.add(other)
                    waiting.append(other)
        seen = set().union(*(self.templates[user].defined for user in users))
        for query in self.callers:
            if users & set(map(_plain, query.used)):
                seen |= query.defined
        return seen

    def _missing(
        self, reading: _Reading, template: str, member: str, offset: int
    ) -> Iterator[Problem]:
        exporting = self.templates.get(_plain(template))
        if exporting is not None and member not in exporting.defined:
            message = f"the template {_plain(template)!r} defines no {member!r}"
            yield self._undefined(reading, offset, message, member, exporting.defined)

    def _undefined(
        self, reading: _Reading, offset: int, message: str, name: str, known: Iterable[str]
    ) -> Problem:
        return Problem(
            UNDEFINED_MACRO,
            message + ending(nearest(name, known)),
            place_in_file(reading.source, offset, name),
            "define the macro, or import it: {% from 'NAME' import MACRO %}",
        )


def _plain(name: str) -> str:
    return name.removesuffix(SUFFIX)


def _constant(node: nodes.Expr) -> str | None:
    value = node.value if isinstance(node, nodes.Const) else None
    return value if isinstance(value, str) else None
