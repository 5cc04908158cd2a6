"""How deeply a query nests, told from its text before the language service sees it.

The service's time grows with the square of the open brackets, and beyond 300 levels of syntax it
binds nothing. A few thousand brackets would keep it busy for minutes.
"""

from __future__ import annotations

import re

DEEPEST_NESTING = 150
"""Brackets inside of brackets. The published rules that we know stay below 20."""

_TOKEN = re.compile(
    r"""//[^\r\n]*
    |```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)
    |@"(?:[^"\r\n]|"")*"?|@'(?:[^'\r\n]|'')*'?
    |"(?:[^"\\\r\n]|\\.)*"?|'(?:[^'\\\r\n]|\\.)*'?
    |[][(){}]""",
    re.VERBOSE | re.DOTALL,
)


def deepest_nesting(query: str) -> int:
    """Return how many brackets are open at once at most, outside of strings and comments.

    Zero where the text has no more than DEEPEST_NESTING of them at all.
    """
    if sum(map(query.count, "([{")) <= DEEPEST_NESTING:
        return 0  # too few brackets for the answer to matter, whatever they stand in
    depth = deepest = 0
    for match in _TOKEN.finditer(query):
        found = match[0]
        if found in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif found in ")]}":
            depth -= 1
    return deepest
