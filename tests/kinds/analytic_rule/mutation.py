"""Makes every small fault in a module, one at a time: a test that overlooks one proves too little.

A fault is a change of the module's syntax tree: a member taken from its neighbour, a name misspelt,
an entry left out, a condition turned round, a value made constant. Nothing on disk is changed.
"""

from __future__ import annotations
import __future__

import ast
import copy
import dataclasses
import importlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from generator.kinds.analytic_rule import model as analytic_rule

HELD_BY = {
    "rule": analytic_rule.AnalyticRule,
    "schedule": analytic_rule.Schedule,
    "override": analytic_rule.AlertDetailsOverride,
    "configuration": analytic_rule.IncidentConfiguration,
    "grouping": analytic_rule.Grouping,
    "mapping": analytic_rule.EntityMapping,
    "field": analytic_rule.FieldMapping,
    "detail": analytic_rule.CustomDetail,
    "p": analytic_rule.DynamicProperty,
}
"""What the variables of these names hold in the modules that are mutated."""

CONSTANTS = (True, False, None, "constant")

Change = Callable[[ast.AST], str]
"""Makes a fault in a node of a copy and says which."""


@dataclass(frozen=True)
class Mutant:
    """One faulty module. `name` says where and how, without line numbers."""

    name: str
    origin: str
    statements: tuple[CodeType, ...]

    def load(self) -> ModuleType:
        module = ModuleType(self.origin)
        for statement in self.statements:
            exec(statement, module.__dict__)  # noqa: S102 - code of ours, with one fault
        return module


def mutants(origin: str) -> Iterator[Mutant]:
    """Yield the mutants of a module's functions and constants."""
    file = importlib.import_module(origin).__file__
    assert file is not None
    body = ast.parse(Path(file).read_text("utf-8")).body
    codes = tuple(map(_compiled, body))
    names: Counter[str] = Counter()
    for position, top in enumerate(body):
        if not isinstance(top, ast.FunctionDef | ast.Assign | ast.AnnAssign):
            continue
        place = top.name if isinstance(top, ast.FunctionDef) else "the constant"
        texts = _texts(top)
        for index, node in enumerate(ast.walk(top)):
            for change in _changes(node, texts):
                mutated = copy.deepcopy(top)
                name = f"{place}: {change(list(ast.walk(mutated))[index])}"
                names[name] += 1
                number = f" ({names[name]})" if names[name] > 1 else ""
                faulty = _compiled(mutated)
                yield Mutant(
                    f"{name}{number}", origin, (*codes[:position], faulty, *codes[position + 1 :])
                )


def _compiled(statement: ast.stmt) -> CodeType:
    module = ast.fix_missing_locations(ast.Module([statement], []))
    annotations = __future__.annotations.compiler_flag
    return compile(module, "<mutant>", "exec", flags=annotations, dont_inherit=True)


def _texts(top: ast.AST) -> list[str]:
    documentation = ast.get_docstring(top, clean=False) if isinstance(top, ast.FunctionDef) else ""
    found = {
        node.value: None
        for node in ast.walk(top)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value != documentation
    }
    return list(found)


def _changes(node: ast.AST, texts: list[str]) -> Iterator[Change]:
    yield from _other_values(node, texts)
    yield from _less(node)
    yield from _other_ways(node)


def _other_values(node: ast.AST, texts: list[str]) -> Iterator[Change]:
    match node:
        case ast.Constant(value=bool()):
            yield _set("value", not node.value)
        case ast.Constant(value=int()):
            yield _set("value", node.value + 1)
        case ast.Constant(value=str()) if node.value in texts:
            others = [text for text in texts if text != node.value]
            yield from (_set("value", text) for text in [*others, f"{node.value}X"])
        case ast.Attribute(value=ast.Name(id=holder) | ast.Attribute(attr=holder)):
            yield from _neighbours(node, HELD_BY.get(holder))
        case ast.Dict():
            for index in range(len(node.values)):
                yield from (_made_constant("values", index, value) for value in CONSTANTS)
        case ast.Assign():
            others = [value for value in CONSTANTS if repr(value) != ast.unparse(node.value)]
            yield from (_set("value", ast.Constant(value)) for value in others)
        case ast.Call():
            yield from _calls(node)


def _less(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Dict():
            for index in range(len(node.keys)):
                if node.keys[index] is not None:
                    yield _left_out(("keys", "values"), index)
        case ast.comprehension():
            for index in range(len(node.ifs)):
                yield _left_out(("ifs",), index)
        case ast.FunctionDef() | ast.If():
            for index, statement in enumerate(node.body):
                if isinstance(statement, ast.Assign | ast.AnnAssign) or _is_call(statement):
                    yield _passed_over(index)
        case ast.BoolOp():
            for index in range(len(node.values)):
                yield _only(index)


def _other_ways(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.If() | ast.IfExp():
            yield from (_set("test", ast.Constant(value)) for value in (True, False))
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            yield _set("value", ast.Constant(None))
        case ast.Compare(ops=[ast.Is() | ast.IsNot() | ast.Eq() | ast.NotEq() | ast.In()]):
            yield _negated


def _is_call(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)


def _neighbours(node: ast.Attribute, held: type | None) -> Iterator[Change]:
    if held is not None:
        names = [field.name for field in dataclasses.fields(held)]
        yield from (_set("attr", name) for name in names if name != node.attr)


def _calls(node: ast.Call) -> Iterator[Change]:
    for index in range(len(node.keywords)):
        yield _left_out(("keywords",), index)
        for value in CONSTANTS:
            yield _keyword_constant(index, value)
        for other in range(index + 1, len(node.keywords)):
            yield _keywords_swapped(index, other)
    if isinstance(node.func, ast.Name) and node.func.id in {"list", "tuple"} and node.args:
        yield _turned_round
    if len(node.args) == 2 and isinstance(node.func, ast.Name) and node.func.id[0].isupper():
        yield _arguments_swapped


def _set(name: str, value: Any) -> Change:
    def change(node: ast.AST) -> str:
        old = getattr(node, name)
        before = ast.unparse(old) if isinstance(old, ast.AST) else ast.unparse(node)
        setattr(node, name, value)
        after = ast.unparse(value) if isinstance(value, ast.AST) else None
        return f"{before} -> {after or ast.unparse(node)}"

    return change


def _left_out(lists: tuple[str, ...], index: int) -> Change:
    def change(node: ast.AST) -> str:
        gone = [getattr(node, name).pop(index) for name in lists]
        return f"without {', '.join(map(ast.unparse, gone))}"

    return change


def _made_constant(name: str, index: int, value: object) -> Change:
    def change(node: ast.AST) -> str:
        before = ast.unparse(getattr(node, name)[index])
        getattr(node, name)[index] = ast.Constant(value)
        return f"{before} -> {value!r}, entry {index}"

    return change


def _keyword_constant(index: int, value: object) -> Change:
    def change(node: Any) -> str:
        node.keywords[index].value = ast.Constant(value)
        return f"constant {ast.unparse(node.keywords[index])}"

    return change


def _keywords_swapped(one: int, other: int) -> Change:
    def change(node: Any) -> str:
        left, right = node.keywords[one], node.keywords[other]
        left.value, right.value = right.value, left.value
        return f"{left.arg} and {right.arg} swapped"

    return change


def _arguments_swapped(node: Any) -> str:
    node.args.reverse()
    return f"swapped {ast.unparse(node)}"


def _turned_round(node: Any) -> str:
    said = f"turned round {ast.unparse(node)}"
    node.args = [ast.parse(f"[*({ast.unparse(node.args[0])})][::-1]", mode="eval").body]
    return said


def _passed_over(index: int) -> Change:
    def change(node: Any) -> str:
        said = f"without {ast.unparse(node.body[index])}"
        node.body[index] = ast.Pass()
        return said

    return change


def _only(index: int) -> Change:
    def change(node: Any) -> str:
        said = f"{ast.unparse(node)} without its part {index}"
        del node.values[index]
        if len(node.values) == 1:
            node.values *= 2
        return said

    return change


def _negated(node: Any) -> str:
    said = f"not {ast.unparse(node)}"
    opposite = {ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
    node.ops = [opposite.get(type(node.ops[0]), ast.NotIn)()]
    return said
