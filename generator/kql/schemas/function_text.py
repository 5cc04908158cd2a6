"""The text of a function file: KQL as it is saved in the workspace, with its parameters before it.

Either `(name:type = default, …) { body }`, as KQL itself writes a function, or the body alone for a
function without parameters. Whether the body is good KQL is the language service's to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TRIVIA = re.compile(r"(?:\s++|//[^\r\n]*+)*+")
_TOKEN = re.compile(
    r"""//[^\r\n]*|```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)
    |@"(?:[^"\r\n]|"")*"?|@'(?:[^'\r\n]|'')*'?
    |"(?:[^"\\\r\n]|\\.)*"?|'(?:[^'\\\r\n]|\\.)*'?
    |[^"'`~/@(){}]+|.""",
    re.VERBOSE | re.DOTALL,
)


class FunctionTextError(ValueError):
    """The text is no function."""


@dataclass(frozen=True, slots=True)
class FunctionText:
    """The parameters, `(…)`, and the body, `{…}`, and where in the file each of them begins.

    A body without braces of its own has them put around it, so that it begins before the file.
    """

    parameters: str
    body: str
    parameters_at: int
    body_at: int


def parse_function(text: str) -> FunctionText:
    """Return the parts of a function's text.

    Raises FunctionTextError where the text is empty or something follows the function.
    """
    start = _skip_trivia(text, 0)
    if start == len(text):
        raise FunctionTextError("the file holds no function")
    if text[start] == "(":
        end = _closing(text, start, "(", ")")
        brace = _skip_trivia(text, end)
        if brace < len(text) and text[brace] == "{":
            close = _closing(text, brace, "{", "}")
            rest = _skip_trivia(text, close)
            if text[rest:].strip(" ;\r\n\t"):
                raise FunctionTextError("nothing may follow the closing brace of the function")
            return FunctionText(text[start:end], text[brace:close], start, brace)
    # The line break keeps a comment at the end from swallowing the brace.
    return FunctionText("()", "{" + text + "\n}", 0, -1)


def _skip_trivia(text: str, position: int) -> int:
    match = _TRIVIA.match(text, position)
    return match.end() if match else position


def _closing(text: str, start: int, opening: str, closing: str) -> int:
    """Return the offset behind the bracket that closes the one at `start`."""
    depth = 0
    for match in _TOKEN.finditer(text, start):
        if match[0] == opening:
            depth += 1
        elif match[0] == closing:
            depth -= 1
            if depth == 0:
                return match.end()
    raise FunctionTextError(f"the {opening!r} at the beginning is never closed")
