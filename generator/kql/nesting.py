"""How deep and how long the syntax of a query is, told from its text before the service sees it.

The language service's time grows with the square of the open brackets, of the operators in a row,
of the items of a list and of the statements, and beyond 300 levels of syntax it binds nothing. A
few thousand would keep it busy for minutes, or end it for want of stack.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from generator.kql.lexical import code_alone

DEEPEST_NESTING = 150
"""Brackets inside of brackets. The published rules that we know stay below 20."""

LONGEST_CHAIN = 4_000
"""Operators in a row, or indices, members, pipes: each is a level of syntax, of which the service
binds 300. The published queries that we know stay below 80."""

LONGEST_LIST = 5_000
"""Commas within a pair of brackets, or within an operator. A rule of Sentinel's has 10,000
characters, so that what is longer belongs into a watchlist anyway."""

MOST_STATEMENTS = 1_000
"""Semicolons. The published queries that we know stay below 60."""

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
    separators = query.count(",") + query.count(";")
    if brackets <= DEEPEST_NESTING and operators <= LONGEST_CHAIN and separators <= MOST_STATEMENTS:
        return None  # too few for the answer to matter, whatever they stand in
    counts = _Counts()
    for match in _TOKEN.finditer(code_alone(query)):
        counts.take(match[0])
        if (why := counts.refusal()) is not None:
            return why
    return None


@dataclass(slots=True)
class _Counts:
    """What is counted, of each pair of brackets that is open: operators in a row, and items."""

    chains: list[int] = field(default_factory=lambda: [0])
    lists: list[int] = field(default_factory=lambda: [0])
    statements: int = 0

    def take(self, found: str) -> None:
        if found in "([{":
            self.chains[-1] += found == "["
            self.chains.append(0)
            self.lists.append(0)
        elif found in ")]}":
            if len(self.chains) > 1:
                self.chains.pop()
                self.lists.pop()
        elif found == ",":
            self.chains[-1] = 0
            self.lists[-1] += 1
        elif found == ";":
            self.chains[-1] = self.lists[-1] = 0
            self.statements += 1
        else:
            # The service takes twice as long to bind a sum of a length as other chains.
            self.chains[-1] += 2 if found[0] in _ARITHMETIC else 1
            if found[0] == "|":
                self.lists[-1] = 0

    def refusal(self) -> str | None:
        if len(self.chains) > DEEPEST_NESTING + 1:
            return f"it nests more than {DEEPEST_NESTING} brackets"
        if self.chains[-1] > LONGEST_CHAIN:
            return f"it has more than {LONGEST_CHAIN:,} operators in a row"
        if self.lists[-1] > LONGEST_LIST:
            return f"it has a list of more than {LONGEST_LIST:,} items"
        if self.statements > MOST_STATEMENTS:
            return f"it has more than {MOST_STATEMENTS:,} statements"
        return None
