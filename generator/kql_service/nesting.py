"""How deep the syntax of a query is, told from its text before the language service sees it.

The service's time grows with the square of the open brackets and of the operators in a row, and
beyond 300 levels of syntax it binds nothing. A few thousand would keep it busy for minutes, or end
it for want of stack.
"""

from __future__ import annotations

import re

from generator.kql.lexical import code_alone

DEEPEST_NESTING = 150
"""Brackets inside of brackets. The published rules that we know stay below 20."""

LONGEST_CHAIN = 4_000
"""Operators in a row, or indices, members, pipes: each is a level of syntax, of which the service
binds 300. The published queries that we know stay below 80."""

_ARITHMETIC = "+-*/%"
_OPERATORS = f"{_ARITHMETIC}|.<>=!["

_TOKEN = re.compile(r"[][(){},;]|[|+*/%.<>=!-]+|\b(?:and|or)\b")


def too_deep(query: str) -> str | None:
    """Return why a query is not for the language service, or None.

    Strings and comments do not count, nor operators that a comma or a semicolon keeps apart.
    """
    brackets = sum(map(query.count, "([{"))
    operators = sum(map(query.count, _OPERATORS)) + query.count("and") + query.count("or")
    operators += sum(map(query.count, _ARITHMETIC))
    if brackets <= DEEPEST_NESTING and operators <= LONGEST_CHAIN:
        return None  # too few for the answer to matter, whatever they stand in
    chains = [0]
    for match in _TOKEN.finditer(code_alone(query)):
        found = match[0]
        if found in "([{":
            chains[-1] += found == "["
            chains.append(0)
            if len(chains) > DEEPEST_NESTING + 1:
                return f"it nests more than {DEEPEST_NESTING} brackets"
        elif found in ")]}":
            if len(chains) > 1:
                chains.pop()
        elif found in ",;":
            chains[-1] = 0
        else:
            # The service takes twice as long to bind a sum of a length as other chains.
            chains[-1] += 2 if found[0] in _ARITHMETIC else 1
        if chains[-1] > LONGEST_CHAIN:
            return f"it has more than {LONGEST_CHAIN:,} operators in a row"
    return None
