"""Jinja's lexer and code generator, made to keep character offsets and to count.

Jinja numbers its tokens by line and carries the number through the syntax tree into the traceback.
`OffsetLexer` numbers them by offset instead, so everything downstream speaks of characters.
`CountingCodeGenerator` has each output carry its place and each block of statements its cost.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Any, NoReturn

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import TemplateSyntaxError
from jinja2.lexer import Lexer

from generator.kql_templates.fault import REFUSED_OPERATION, TEMPLATE_LIMIT, TemplateFaultError

if TYPE_CHECKING:
    from generator.kql_templates.environment import KqlEnvironment

MAX_CHARACTERS = 200_000
MAX_TOKENS = 20_000
MAX_BLOCK_NESTING = 12
MAX_DIGITS = 100
MAX_EXPRESSION_NESTING = 100

_BRACKET_WEIGHT = 4
_OPENING_TAGS = frozenset(
    ["autoescape", "block", "call", "filter", "for", "if", "macro", "raw", "with"]
)
_NESTING_WORDS = frozenset(["and", "or", "not", "if", "else", "in", "is"])


@dataclass(slots=True)
class TemplateFacts:
    """What compiling a template found out: its tags' offsets and the names that it reads."""

    tags: list[tuple[int, int]] = field(default_factory=list)
    open_tags: list[int] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)
    raw_filters: list[int] = field(default_factory=list)
    depth: int = 1

    def tag_at(self, offset: int) -> tuple[int, int]:
        """Return the range of the tag that an offset is in, or else the one character there."""
        index = bisect_right(self.tags, (offset, 2**62)) - 1
        if index >= 0 and offset < self.tags[index][1]:
            return self.tags[index]
        return offset, offset + 1


class OffsetLexer(Lexer):
    """Jinja's lexer with offsets for line numbers. Expects line ends to be normalised."""

    def __init__(self, environment: KqlEnvironment) -> None:
        super().__init__(environment)
        self._environment = environment

    def tokeniter(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> Iterator[tuple[int, str, str]]:
        """Yield (offset, token type, text) and note where tags begin and end.

        Raises TemplateSyntaxError with an offset in place of the line, and TemplateFaultError for
        a template beyond the limits.
        """
        facts = self._environment.facts_of(name)
        complexity = _Complexity(facts.open_tags)
        offset, end_of_last, tag_start = 0, 0, 0
        tokens = super().tokeniter(source, name, filename, state)
        while True:
            try:
                _, kind, text = next(tokens)
            except StopIteration:
                return
            except TemplateSyntaxError as error:
                message = (error.message or "").split(" at ")[0]
                raise TemplateSyntaxError(message, end_of_last, name, filename) from error
            if kind.endswith("_begin") or kind == "raw_end":
                # Only white space that the tag strips can stand between here and there.
                offset = source.index(text, end_of_last)
                tag_start = offset if kind != "raw_end" else tag_start
            else:
                offset = end_of_last
            end_of_last = offset + len(text)
            if kind in ("variable_end", "block_end", "comment_end"):
                facts.tags.append((tag_start, offset + len(text.rstrip())))
            if too_much := complexity.problem_with(kind, text, tag_start):
                raise TemplateFaultError(TEMPLATE_LIMIT, too_much).at(
                    name or "", *_from(tag_start, end_of_last)
                )
            yield offset, kind, text


def _from(start: int, end: int) -> tuple[int, int]:
    return start, max(start + 1, end)


class _Complexity:
    """Counts what would take Jinja's and Python's own recursive parsers too deep."""

    def __init__(self, open_tags: list[int]) -> None:
        # Where the blocks that are not closed begin, and last the tag that is being read.
        self.open_tags = open_tags
        self.tokens = 0
        self.tag: list[str] = []
        self.levels = [0]

    def problem_with(self, kind: str, text: str, tag_start: int) -> str | None:
        if kind in ("variable_begin", "block_begin"):
            self.tag, self.levels = [], [0]
            self.open_tags.append(tag_start)
            self.tokens += 1
        elif kind == "variable_end":
            self.open_tags.pop()
        elif kind == "block_end":
            self._end_of_block_tag()
        elif kind in ("name", "operator"):
            self.tag.append(text)
            self._nest(text)
        if kind in ("name", "operator", "string", "integer", "float"):
            self.tokens += 1
        if kind in ("integer", "float") and len(text) > MAX_DIGITS:
            return f"the number has more than {MAX_DIGITS} digits"
        if self.tokens > MAX_TOKENS:
            return f"the template has more than {MAX_TOKENS:,} words in its tags"
        if len(self.open_tags) > MAX_BLOCK_NESTING + 1:
            return f"blocks are nested more than {MAX_BLOCK_NESTING} deep"
        if sum(self.levels) + _BRACKET_WEIGHT * (len(self.levels) - 1) > MAX_EXPRESSION_NESTING:
            return "the expression is nested too deeply"
        return None

    def _end_of_block_tag(self) -> None:
        word = self.tag[0] if self.tag else ""
        opens = word in _OPENING_TAGS or (word == "set" and "=" not in self.tag)
        if not opens:
            self.open_tags.pop()
        if word.startswith("end") and self.open_tags:
            self.open_tags.pop()

    def _nest(self, text: str) -> None:
        if text in ("(", "[", "{"):
            self.levels.append(0)
        elif text in (")", "]", "}"):
            if len(self.levels) > 1:
                self.levels.pop()
        elif text == ",":
            self.levels[-1] = 0
        elif text in _NESTING_WORDS or not text.isidentifier():
            self.levels[-1] += 1


class CountingCodeGenerator(CodeGenerator):
    """Generates code in which outputs know their place and every block is paid for."""

    environment: KqlEnvironment

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Evaluating constants while compiling would go past the budget.
        self.optimizer = None
        self._facts = self.environment.facts_of(self.name)
        self._weighed: set[int] = set()
        self._iterated: set[int] = set()

    # What the template reads and uses

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """Note what the template reads before its code is generated."""
        self._facts.names.update(n.name for n in node.find_all(nodes.Name) if n.ctx == "load")
        self._facts.raw_filters.extend(
            f.lineno for f in node.find_all(nodes.Filter) if f.name == "raw_kql"
        )
        super().visit_Template(node, frame)

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:
        """Include a template that is named and exists."""
        if node.ignore_missing:
            self._refuse("a template that may be missing is left out in silence", node)
        self._use(node)
        super().visit_Include(node, frame)

    def visit_Extends(self, node: nodes.Extends, frame: Frame) -> None:
        """Extend a template that is named and exists."""
        self._use(node)
        super().visit_Extends(node, frame)

    def visit_Import(self, node: nodes.Import, frame: Frame) -> None:
        """Import a template that is named and exists."""
        self._use(node)
        super().visit_Import(node, frame)

    def visit_FromImport(self, node: nodes.FromImport, frame: Frame) -> None:
        """Import from a template that is named and exists."""
        self._use(node)
        super().visit_FromImport(node, frame)

    def visit_ScopedEvalContextModifier(
        self,
        node: nodes.ScopedEvalContextModifier,
        frame: Frame,
    ) -> None:
        """Refuse `autoescape`: KQL is not HTML."""
        self._refuse("autoescape is for HTML; values are KQL literals already", node)

    def _use(self, node: nodes.Include | nodes.Extends | nodes.Import | nodes.FromImport) -> None:
        if not (isinstance(node.template, nodes.Const) and isinstance(node.template.value, str)):
            self._refuse("the name of a template is written out in quotes, not computed", node)
        try:
            node.template.value = self.environment.use(node.template.value, self._facts)
        except TemplateFaultError as fault:
            if fault.template is None:
                fault.at(self.name or "", *self._facts.tag_at(node.lineno))
            raise

    def _refuse(self, message: str, node: nodes.Node) -> NoReturn:
        raise TemplateFaultError(REFUSED_OPERATION, message).at(
            self.name or "", *self._facts.tag_at(node.lineno)
        )

    # Outputs with their places

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        raise nodes.Impossible

    def visit_TemplateData(self, node: nodes.TemplateData, frame: Frame) -> None:
        """Write template text with its offset."""
        self.write(f"environment.text({self.name!r}, {node.lineno}, {node.data!r})")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if not isinstance(node, nodes.TemplateData):
            start, end = self._facts.tag_at(node.lineno)
            self.write(f"environment.output({self.name!r}, {start}, {end}, ")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if not isinstance(node, nodes.TemplateData):
            self.write(")")

    def visit_Const(self, node: nodes.Const, frame: Frame) -> None:
        """Refuse the one constant that Jinja's code cannot hold."""
        if isinstance(node.value, float) and not isfinite(node.value):
            self._refuse("the number is too large for a real", node)
        super().visit_Const(node, frame)

    # Costs

    def blockvisit(self, body: Iterable[nodes.Node], frame: Frame) -> None:
        """Have the statements of a block paid for each time that it runs."""
        statements = list(body)
        self.writeline(f"environment.budget.charge({1 + sum(map(_cost, statements))})")
        super().blockvisit(statements, frame)

    def visit_For(self, node: nodes.For, frame: Frame) -> None:
        """Count the rounds of a loop."""
        if node.recursive:
            self._refuse("recursive loops are not supported; use a macro", node)
        self._iterated.add(id(node.iter))
        super().visit_For(node, frame)

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:
        """Weigh both sides of a comparison."""
        self._weighed.add(id(node.expr))
        self._weighed.update(id(operand.expr) for operand in node.ops)
        super().visit_Compare(node, frame)

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:
        """Weigh what is sliced, and what is looked for: a key is hashed to its last leaf."""
        if isinstance(node.arg, nodes.Slice):
            self._weighed.add(id(node.node))
        else:
            self._weighed.add(id(node.arg))
        super().visit_Getitem(node, frame)

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:
        """Weigh the keys, which are hashed."""
        self._weighed.update(id(pair.key) for pair in node.items)
        super().visit_Dict(node, frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        """Join text under the environment's eyes."""
        self.write("environment.join_text((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")

    def visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> Any:
        """Visit a node; wrap those that loops and comparisons have asked to be counted."""
        if id(node) in self._iterated:
            self._iterated.discard(id(node))
            return self._wrapped("environment.iterate(", node, *args, **kwargs)
        if id(node) in self._weighed:
            self._weighed.discard(id(node))
            return self._wrapped("environment.weighed(", node, *args, **kwargs)
        return super().visit(node, *args, **kwargs)

    def _wrapped(self, opening: str, node: nodes.Node, *args: Any, **kwargs: Any) -> Any:
        self.write(opening)
        result = super().visit(node, *args, **kwargs)
        self.write(")")
        return result


def _cost(statement: nodes.Node) -> int:
    """Return how many nodes run when the statement runs once; inner blocks pay for themselves."""
    cost, pending = 0, [statement]
    while pending:
        node = pending.pop()
        cost += 1
        for name, child in node.iter_fields():
            if name not in ("body", "else_"):
                children = child if isinstance(child, list) else [child]
                pending.extend(item for item in children if isinstance(item, nodes.Node))
    return cost
