"""Habits of community files that Microsoft's packager tidies up, and so do we, with a note.

Pure functions of a text: whoever loads a detection reports what they change, whoever assembles the
rule applies them.
"""

from __future__ import annotations

import re

_QUOTE_AFTER_A_WORD = re.compile(r"""(?<=\S)(['"])(?=[\s.,;:!?)]|$)""")


def normalise_tactic(text: str) -> str:
    """Remove the blanks of a tactic: "Lateral Movement" is LateralMovement."""
    return "".join(text.split())


def strip_description_quotes(text: str) -> str:
    """Remove one pair of quotes around a whole description, with the white space around the pair.

    `'One' and 'two'` begins and ends with a quote, but no pair stands around the whole of it.
    """
    inner = text.strip()
    if len(inner) < 2 or inner[0] not in "'\"" or inner[0] != inner[-1]:
        return text
    quote, inner = inner[0], inner[1:-1]
    opening = re.search(rf"(?:^|(?<=[\s(])){quote}(?=\S)", inner)
    closing = next((m for m in _QUOTE_AFTER_A_WORD.finditer(inner) if m[1] == quote), None)
    if opening and closing and closing.start() < opening.start():
        return text
    return inner
