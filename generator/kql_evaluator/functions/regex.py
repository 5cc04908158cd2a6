"""Functions that take a regular expression, in the RE2 dialect: what RE2 refuses is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.kql_evaluator.budget import LONGEST_TEXT, Budget
from generator.kql_evaluator.conversion import CONVERSIONS
from generator.kql_evaluator.errors import InvalidArgumentError
from generator.kql_evaluator.formats import to_text
from generator.kql_evaluator.functions.registry import Call, Evaluate, Family
from generator.kql_evaluator.patterns import compile_pattern, pay_for
from generator.kql_evaluator.values import Value, null_of

FAMILY = Family("Regular expressions")


MOST_SEARCHED = 1 << 28
"""Characters that all searches for the matches of one call may read, about a second's work.

RE2 may read the rest of a text anew for each match.
"""


_STEPS_OF_A_MATCH = 128


def _matches(budget: Budget, compiled: Any, text: str) -> Iterator[Any]:
    """Yield the matches in a text, each paid for.

    Raises InvalidArgumentError beyond MOST_SEARCHED, and OverBudgetError.
    """
    left = MOST_SEARCHED
    for match in compiled.finditer(text):
        rest = len(text) - match.start()
        left -= rest
        if left < 0:
            raise InvalidArgumentError("too many matches in too long a text to compute here")
        budget.step(_STEPS_OF_A_MATCH + (rest >> 9))
        yield match


def _counted(budget: Budget, text: str, search: str, kind: str = "normal") -> None:
    if kind == "regex":
        pay_for(budget, search)
    else:
        budget.step((1 + len(text)) * (2 + (len(search) >> 6)))


def _check(call: Call, index: int) -> None:
    """Refuse a constant pattern on compiling."""
    if index < len(call.arguments) and call.arguments[index].is_constant:
        compile_pattern(to_text(call.arguments[index].value))


@FAMILY.prepared("extract", parameters=("string", "long", "string", "any"), strict=False, pattern=0)
def extract(call: Call) -> Evaluate:
    """The null of the type ('' for a string) where nothing matches or the group took no part."""
    _check(call, 0)
    convert = CONVERSIONS.get(call.result_type, to_text)
    missing = null_of(call.result_type)

    def evaluate(pattern: str, group: int | None, text: str, _: Value = None) -> Value:
        if group is None:
            return missing
        compiled = compile_pattern(pattern)
        if not 0 <= group <= compiled.groups:
            return missing
        match = compiled.search(text)
        if match is None or match.group(group) is None:
            return missing
        return convert(match.group(group))

    return evaluate


@FAMILY.prepared(
    "extract_all",
    "extractall",
    parameters=("string", "any", "any"),
    strict=False,
    needs_budget=True,
    pattern=0,
)
def extract_all(call: Call) -> Evaluate:
    """One capture group gives a flat array, several an array of arrays; no match gives null."""
    if call.arguments[0].is_constant:
        _with_groups(to_text(call.arguments[0].value))

    def evaluate(budget: Budget, pattern: str, *rest: Value) -> Value:
        compiled = _with_groups(pattern)
        groups = (
            _groups(compiled, rest[0]) if len(rest) == 2 else list(range(1, compiled.groups + 1))
        )
        text = to_text(rest[-1])
        found = [
            [match.group(group) or "" for group in groups]
            for match in _matches(budget, compiled, text)
        ]
        if not found:
            return None
        return [item[0] for item in found] if len(groups) <= 1 else found

    return evaluate


_MOST_GROUPS = 16


def _with_groups(pattern: str) -> Any:
    """Compile a pattern with 1 to 16 capture groups (KQL reference, extract_all)."""
    compiled = compile_pattern(pattern)
    if not 1 <= compiled.groups <= _MOST_GROUPS:
        raise InvalidArgumentError(
            f"the pattern needs 1 to {_MOST_GROUPS} capture groups and has {compiled.groups}"
        )
    return compiled


def _groups(compiled: Any, wanted: Value) -> list[int]:
    names = compiled.groupindex
    groups: list[int] = []
    for item in wanted if isinstance(wanted, list) else [wanted]:
        group = names.get(item) if isinstance(item, str) else item
        if not isinstance(group, int) or not 1 <= group <= compiled.groups:
            raise InvalidArgumentError(f"the pattern has no capture group {item!r}")
        groups.append(group)
    return groups


def _rewritten(match: Any, rewrite: str) -> str:
    result: list[str] = []
    index = 0
    while index < len(rewrite):
        following = rewrite[index + 1 : index + 2]
        if rewrite[index] == "\\" and following.isdecimal() and following.isascii():
            if int(following) > match.re.groups:
                raise InvalidArgumentError(f"the pattern has no capture group {following}")
            result.append(match.group(int(following)) or "")
            index += 2
        elif rewrite[index] == "\\" and following == "\\":
            result.append("\\")
            index += 2
        else:
            result.append(rewrite[index])
            index += 1
    return "".join(result)


def _replaced(budget: Budget, text: str, pattern: str, rewrite: str) -> str:
    pieces: list[str] = []
    position = length = 0
    for match in _matches(budget, compile_pattern(pattern), text):
        new = _rewritten(match, rewrite)
        pieces += (text[position : match.start()], new)
        position = match.end()
        length += len(new)
        budget.step(len(rewrite) >> 2)
        if length > LONGEST_TEXT:
            raise InvalidArgumentError(f"the text becomes longer than {LONGEST_TEXT:,} characters")
    return "".join((*pieces, text[position:]))


@FAMILY.prepared("replace_regex", parameters=("string",), needs_budget=True, pattern=1)
def replace_regex(call: Call) -> Evaluate:
    r"""`\0` in the rewrite pattern stands for the whole match, `\1` to `\9` for groups."""
    _check(call, 1)
    return _replaced


@FAMILY.prepared("replace", parameters=("string",), needs_budget=True, pattern=0)
def replace(call: Call) -> Evaluate:
    """The old order of arguments: pattern, rewrite pattern, text."""
    _check(call, 0)
    return lambda budget, pattern, rewrite, text: _replaced(budget, text, pattern, rewrite)


def _without_start(pattern: str, text: str) -> str:
    match = compile_pattern(rf"\A(?:{pattern})").search(text)
    return text[match.end() :] if match else text


def _without_end(pattern: str, text: str) -> str:
    match = compile_pattern(rf"(?:{pattern})\z").search(text)
    return text[: match.start()] if match else text


@FAMILY.prepared("trim_start", parameters=("string",), pattern=0)
def trim_start(call: Call) -> Evaluate:
    """Removes one match."""
    _check(call, 0)
    return _without_start


@FAMILY.prepared("trim_end", parameters=("string",), pattern=0)
def trim_end(call: Call) -> Evaluate:
    """Removes one match."""
    _check(call, 0)
    return _without_end


@FAMILY.prepared("trim", parameters=("string",), pattern=0)
def trim(call: Call) -> Evaluate:
    """Removes all matches at both ends."""
    _check(call, 0)

    def evaluate(pattern: str, text: str) -> str:
        repeated = f"(?:{pattern})+"
        return _without_end(repeated, _without_start(repeated, text))

    return evaluate


@FAMILY.prepared("countof", parameters=("string",), work=_counted, needs_budget=True)
def countof(_: Call) -> Evaluate:
    """Plain matches may overlap, matches of an expression may not."""

    def evaluate(budget: Budget, text: str, search: str, kind: str = "normal") -> int:
        if kind == "regex":
            return sum(1 for _ in _matches(budget, compile_pattern(search), text))
        if kind != "normal":
            raise InvalidArgumentError("the kind must be 'normal' or 'regex'")
        if not search:
            return 0
        return sum(text.startswith(search, index) for index in range(len(text)))

    return evaluate


@FAMILY.prepared(
    "indexof_regex", parameters=("string", "string", "long"), needs_budget=True, pattern=1
)
def indexof_regex(call: Call) -> Evaluate:
    """-1 where nothing is found; null for a negative start, a length below -1, a count below 1."""
    _check(call, 1)

    def evaluate(
        budget: Budget, text: str, pattern: str, start: int = 0, length: int = -1, nth: int = 1
    ) -> Value:
        if start < 0 or length < -1 or nth < 1:
            return None
        seen = text if length == -1 else text[: start + length]
        position = start
        compiled = compile_pattern(pattern)
        match = None
        for _ in range(nth):
            # The text is handed over as a whole each time.
            budget.step(_STEPS_OF_A_MATCH + (len(seen) >> 3))
            match = compiled.search(seen, position)
            if match is None:
                return -1
            position = match.start() + 1
        return match.start() if match else -1

    return evaluate


_SPECIAL = frozenset(r"\.+*?()|[]{}^$")


@FAMILY.scalar("regex_quote", parameters=("string",))
def regex_quote(text: str) -> str:
    return "".join(f"\\{character}" if character in _SPECIAL else character for character in text)
