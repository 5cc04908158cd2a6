"""Regular expressions, matched with RE2; what neither it nor the KQL reference knows is refused."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import re2

from generator.kql_evaluator.budget import Budget
from generator.kql_evaluator.errors import InvalidArgumentError, UnsupportedArgumentError
from generator.kql_evaluator.regex_syntax import may_be_valid, means_something_else_in_re2


class InvalidPatternError(InvalidArgumentError):
    """A text is no regular expression for the engine."""


@lru_cache(maxsize=4096)
def compile_pattern(pattern: str) -> Any:
    """Return a compiled pattern.

    Raises InvalidPatternError for what the engine refuses, UnsupportedArgumentError for what it
    takes and RE2 does not.
    """
    if means_something_else_in_re2(pattern):
        raise UnsupportedArgumentError("RE2 reads a part of the expression as something else")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0]
        text = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        if may_be_valid(pattern):
            raise UnsupportedArgumentError(f"RE2 does not read the expression: {text}") from None
        raise InvalidPatternError(_explained(text)) from None


def pay_for(budget: Budget, pattern: str) -> None:
    """Spend what a pattern takes that a run has not met before, compiling it.

    Raises what `compile_pattern` raises, and OverBudgetError.
    """
    if budget.pattern(pattern):
        made = compile_pattern(pattern)
        budget.compiled(max(made.programsize, 0) + max(made.reverseprogramsize, 0))


def is_wrong_alone_only(message: str) -> bool:
    """Whether a piece of `parse kind=regex` is refused for what the pieces around it may mend.

    The engine joins the pieces, and takes a parenthesis without its other half for itself.
    """
    return any(words in message for words in ("missing )", "unexpected )", "repetition operator"))


_LOOKING_AROUND = re.compile(r"\(\?<?[=!]")
_BACK_REFERENCE = re.compile(r"escape sequence: \\[1-9k]|\(\?P=")


def _explained(reason: str) -> str:
    """Say in KQL's own terms what RE2 says about two frequent borrowings from other dialects."""
    said = f"not a regular expression of the RE2 dialect: {reason}"
    if _LOOKING_AROUND.search(reason) or "(?<" in reason:
        return f"{said}: KQL has no look-ahead and no look-behind"
    if _BACK_REFERENCE.search(reason):
        return f"{said}: a pattern cannot refer back to its own groups"
    return said
