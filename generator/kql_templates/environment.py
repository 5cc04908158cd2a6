"""Jinja's sandbox for KQL: what a template may do with its values, and how they are written.

Whatever is not allowed here is refused: attributes, calls and operators go by what is listed, never
by what is forbidden. Each step is paid for from the rendering's budget.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, NoReturn

from jinja2 import StrictUndefined, Template, Undefined, nodes
from jinja2.environment import TemplateModule
from jinja2.runtime import BlockReference, Context, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from generator.findings import Problem
from generator.kql.literals import NoLiteralError, literal
from generator.kql_templates.budget import INTEGER_BITS, Budget
from generator.kql_templates.compilation import (
    MAX_CHARACTERS,
    CountingCodeGenerator,
    OffsetLexer,
    TemplateFacts,
)
from generator.kql_templates.fault import (
    INCLUDE_CIRCLE,
    REFUSED_OPERATION,
    TEMPLATE_LIMIT,
    UNREADABLE_TEMPLATE,
    VALUE_WITHOUT_LITERAL,
    TemplateFaultError,
)
from generator.kql_templates.filters import allowed_filters, allowed_tests, value_text
from generator.kql_templates.kql_text import Kind, KqlText, Piece
from generator.kql_templates.members import MEMBERS, kind_of

if TYPE_CHECKING:
    from generator.kql_templates.library import TemplateLibrary

QUERY = ":query"
"""The name of a detection's own query among templates; no file's name holds a colon."""

_PARSED = ":parsed"
"""The name of a text that is only parsed."""

MAX_INCLUDE_DEPTH = 16


def _concat(parts: Iterable[str]) -> KqlText:
    pieces: list[Piece] = []
    for part in parts:
        if not isinstance(part, KqlText):
            raise TypeError(f"{kind_of(part)} reached the query without becoming a literal")
        pieces.extend(part.pieces)
    return KqlText.from_pieces(pieces)


class _Template(Template):
    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:  # noqa: ARG002
        # Jinja keeps it; a kept one would cost the first rendering and be free for the others.
        return self.make_module()


class KqlEnvironment(ImmutableSandboxedEnvironment):
    """The environment of one template library. One rendering at a time: it holds its budget."""

    code_generator_class = CountingCodeGenerator
    template_class = _Template
    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%", "**"])
    concat = staticmethod(_concat)

    def __init__(self, library: TemplateLibrary) -> None:
        super().__init__(
            undefined=StrictUndefined,
            optimized=False,
            autoescape=False,
            keep_trailing_newline=True,
            cache_size=0,
        )
        self._library = library
        self._facts: dict[str, TemplateFacts] = {}
        self._compiled: dict[str, Template] = {}
        self._compiling: list[str] = []
        self.budget = Budget()
        self.faults: list[TemplateFaultError] = []
        self.filters.clear()
        self.filters.update(allowed_filters(self))
        self.tests.clear()
        self.tests.update(allowed_tests())
        self.globals.clear()
        self.globals.update(range=self._range, dict=dict, namespace=Namespace)

    @cached_property
    def lexer(self) -> OffsetLexer:
        """The lexer that counts characters."""
        return OffsetLexer(self)

    def handle_exception(self, source: str | None = None) -> NoReturn:  # noqa: ARG002
        """Raise the error under way as it is: Jinja would rewrite its traceback by line."""
        error = sys.exception()
        raise error or RuntimeError("no error is under way")

    # Templates

    def facts_of(self, name: str | None) -> TemplateFacts:
        """Return what is known of a template, for the compiler to fill in."""
        return self._facts[name or ""]

    def compile_text(self, name: str, text: str) -> Template:
        """Compile a template's normalised text. Raises TemplateFaultError and Jinja's errors."""
        if len(text) > MAX_CHARACTERS:
            raise TemplateFaultError(
                TEMPLATE_LIMIT, f"the template has more than {MAX_CHARACTERS:,} characters"
            ).at(name, 0, 1)
        self._facts[name] = TemplateFacts()
        self._compiling.append(name)
        try:
            code = self.compile(text, name=name, filename=name)
        finally:
            self._compiling.pop()
        return self.template_class.from_code(self, code, self.make_globals(None))

    def syntax_tree(self, text: str, *, file: bool) -> nodes.Template:
        """Parse a template's text without compiling it; a node's `lineno` is an offset.

        Raises TemplateFaultError and Jinja's errors.
        """
        self._facts[_PARSED] = TemplateFacts()
        text = normalised(text, file=file)
        if len(text) > MAX_CHARACTERS:
            raise TemplateFaultError(TEMPLATE_LIMIT, "the template is too long")
        return self.parse(text, name=_PARSED)

    def get_template(  # type: ignore[override]
        self,
        name: str,
        parent: str | None = None,  # noqa: ARG002
        globals: Any = None,  # noqa: A002, ARG002
    ) -> Template:
        """Return a template of the library, compiled once."""
        if name not in self._compiled:
            source = self._library.source(name)
            if isinstance(source, Problem):
                raise TemplateFaultError(
                    UNREADABLE_TEMPLATE,
                    f"the template {name!r} cannot be used: {source.message}",
                    source.help,
                )
            self._compiled[name] = self.compile_text(name, normalised(source.text, file=True))
        return self._compiled[name]

    def use(self, name: str, by: TemplateFacts) -> str:
        """Compile what another template includes, imports or extends, and return its name.

        Raises TemplateFaultError, also when templates use each other in a circle or too deeply.
        """
        name = self._library.canonical(name)
        if name in self._compiling:
            raise TemplateFaultError(
                INCLUDE_CIRCLE, f"the template {name!r} comes to include itself"
            )
        self.get_template(name)
        facts = self._facts[name]
        by.uses.add(name)
        by.depth = max(by.depth, facts.depth + 1)
        if by.depth > MAX_INCLUDE_DEPTH:
            raise TemplateFaultError(
                TEMPLATE_LIMIT,
                f"templates include each other more than {MAX_INCLUDE_DEPTH} levels deep",
            )
        return name

    def names_read(self, name: str) -> set[str]:
        """Return every name that a template and those that it uses read."""
        facts = self._facts[name]
        return facts.names.union(*(self.names_read(used) for used in sorted(facts.uses)))

    # What generated code calls

    def text(self, template: str, start: int, data: str) -> KqlText:
        """Write template text."""
        self.budget.write(len(data))
        piece = Piece(data, Kind.TEXT, template, start, start + len(data))
        return KqlText.from_pieces([piece])

    def output(self, template: str, start: int, end: int, value: object) -> KqlText:
        """Write the value of an expression: KQL as it is, anything else as a literal."""
        try:
            written = self._written(value)
        except TemplateFaultError as fault:
            if fault.code != VALUE_WITHOUT_LITERAL:
                raise
            # The rest of the template may hold more of them.
            self.faults.append(fault.at(template, start, end))
            return KqlText.from_pieces([])
        return written.placed(template, start, end)

    def _written(self, value: object) -> KqlText:
        if isinstance(value, KqlText):
            self.budget.write(len(value))
            return value
        if isinstance(value, Undefined):
            str(value)
        if isinstance(value, range | types.GeneratorType | type({}.keys()) | type({}.values())):
            value = list(self.budget.iterate(value))
        self.budget.weigh(value)
        try:
            text = literal(value)
        except NoLiteralError as error:
            raise TemplateFaultError(
                VALUE_WITHOUT_LITERAL, f"this cannot be written: {error}"
            ) from error
        self.budget.write(len(text))
        return KqlText.from_pieces([Piece(text, Kind.VALUE, None, 0, 0)])

    def iterate(self, items: Iterable[object]) -> Iterable[object]:
        """Loop over a value, a step for each item."""
        if isinstance(items, KqlText):
            raise TemplateFaultError(REFUSED_OPERATION, "KQL text cannot be looped over")
        return self.budget.iterate(items)

    def weighed(self, value: Any) -> Any:
        """Pay for an operand."""
        self.budget.weigh(value)
        return value

    def join_text(self, parts: Iterable[object]) -> str:
        """Join the operands of `~`; the result is a value, never KQL."""
        texts = [value_text(part) for part in parts]
        self.budget.write(sum(map(len, texts)))
        return "".join(texts)

    # The sandbox

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Read `obj.attribute`, where the list of members allows it."""
        if isinstance(obj, Undefined):
            return getattr(obj, attribute)
        if type(obj) is dict and attribute in obj and attribute not in MEMBERS[dict]:
            return obj[attribute]
        return self._member(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Read `obj[argument]` of a list, a dict or text."""
        if isinstance(obj, Undefined):
            return obj[argument]
        if type(obj) in (dict, list, tuple, str, range):
            try:
                return obj[argument]
            except LookupError:
                return self.undefined(obj=obj, name=argument)
            except TypeError:
                if not isinstance(argument, str):
                    raise
        return self._member(obj, str(argument))

    def _member(self, obj: Any, name: str) -> Any:
        if isinstance(obj, TemplateReference):
            try:
                return obj[name]
            except KeyError:
                raise TemplateFaultError(
                    REFUSED_OPERATION, f"the template has no block {name!r}"
                ) from None
        if isinstance(obj, TemplateModule | Namespace) and not name.startswith("_"):
            return getattr(obj, name, self.undefined(obj=obj, name=name))
        if name in MEMBERS.get(type(obj), ()):
            return getattr(obj, name)
        if type(obj) is dict:
            return self.undefined(obj=obj, name=name)
        raise TemplateFaultError(
            REFUSED_OPERATION, f"{kind_of(obj)} has no member {name!r} that a template may use"
        )

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call a macro, a block, or one of the few functions that templates have."""
        if isinstance(obj, Undefined):
            obj()
        for argument in chain(args, kwargs.values()):
            self.budget.weigh(argument)
        if isinstance(obj, Macro | BlockReference):
            self.budget.enter_call()
            try:
                return super().call(context, obj, *args, **kwargs)
            finally:
                self.budget.leave_call()
        if "caller" in kwargs or not self._is_function(obj):
            raise TemplateFaultError(REFUSED_OPERATION, f"{kind_of(obj)} cannot be called")
        self.budget.weigh(getattr(obj, "__self__", None))
        result = super().call(context, obj, *args, **kwargs)
        self.budget.weigh(result)
        return result

    def _is_function(self, obj: Any) -> bool:
        if isinstance(obj, types.BuiltinMethodType | types.MethodType):
            owner = type(obj.__self__)
            return obj == self._range or obj.__name__ in MEMBERS.get(owner, ())
        return obj is dict or obj is Namespace

    def is_safe_callable(self, obj: Any) -> bool:
        """Tell whether `call` lets the object through."""
        return isinstance(obj, Macro | BlockReference) or self._is_function(obj)

    def _range(self, *arguments: int) -> range:
        numbers = range(*arguments)
        self.budget.charge(len(numbers))
        return numbers

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute, as long as operands and result stay small."""
        if isinstance(left, KqlText) or isinstance(right, KqlText):
            raise TemplateFaultError(REFUSED_OPERATION, f"KQL text cannot be used with {operator}")
        self.budget.weigh(left)
        self.budget.weigh(right)
        sequences = [side for side in (left, right) if isinstance(side, str | list | tuple)]
        if sequences:
            self._check_sequences(operator, left, right)
        elif operator == "**":
            _check_power(left, right)
        result = super().call_binop(context, operator, left, right)
        if not isinstance(result, int | float | str | list | tuple | timedelta | datetime):
            raise TemplateFaultError(
                REFUSED_OPERATION, f"{operator} gives no value that a template can use"
            )
        if isinstance(result, int) and result.bit_length() > INTEGER_BITS:
            raise TemplateFaultError(TEMPLATE_LIMIT, f"{operator} gives a number beyond 64 bits")
        return result

    def _check_sequences(self, operator: str, left: Any, right: Any) -> None:
        if operator == "*":
            sequence, times = (right, left) if isinstance(left, int) else (left, right)
            size = len(sequence) * times if isinstance(times, int) else 0
        elif operator == "+":
            size = sum(len(side) for side in (left, right) if hasattr(side, "__len__"))
        else:
            raise TemplateFaultError(
                REFUSED_OPERATION, f"{operator} is for numbers; text is joined with ~"
            )
        if size > 0:
            self.budget.write(size)


def _check_power(base: Any, exponent: Any) -> None:
    if (
        isinstance(base, int)
        and isinstance(exponent, int)
        and base.bit_length() * exponent > 2 * INTEGER_BITS
    ):
        raise TemplateFaultError(TEMPLATE_LIMIT, "** gives a number beyond 64 bits")


def normalised(text: str, *, file: bool) -> str:
    """Return a template's text with LF line ends and, of a file, without the last of them.

    The line end that closes a file belongs to the file, as everywhere in Jinja; what an author
    writes as a `query` is kept to the last character.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.removesuffix("\n") if file else text
