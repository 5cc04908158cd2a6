"""Text of others, made safe to show: nothing in it can steer a terminal, a log or fake a line.

Messages, file names, source lines and a service's answers come from whoever wrote them. Every room
that shows such text does it through this module, and the command line once more for all that it
prints; which text is shown is not decided here.
"""

from __future__ import annotations

import re
import unicodedata

_UNUSUAL = re.compile(r"[^\x20-\x7e]")
_COLOUR = re.compile(r"(\x1b\[[0-9;]*m)")
# actions/runner, ActionCommand.cs: `::` is looked for at the beginning of the trimmed line, `##[`
# anywhere in it. Azure Pipelines reads `##[` and `##vso[`.
_COMMAND = re.compile(r"^(?:[^\S\n]|\x1b\[[0-9;]*m)*:(?=:)|#(?=#(?:vso)?\[)", re.MULTILINE)


FILLERS = frozenset(
    chr(code)
    for first, last in (
        (0x034F, 0x034F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180D),
        (0x2800, 0x2800),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0),
        (0xE0100, 0xE01EF),
    )
    for code in range(first, last + 1)
)
"""Letters, marks and symbols without a picture of their own, which `str.isprintable` lets pass."""

_FILLER = re.compile(f"[{''.join(sorted(FILLERS))}]")


def visible(text: str, *, keep: str = "") -> str:
    """Return the text with every unsafe character written as an escape such as `\\x1b`.

    Unsafe are controls, invisible and bidirectional format characters, surrogates, private use,
    unassigned ones, and every blank but U+0020: what `str.isprintable` says. `keep` are characters
    that stay as they are.
    """
    if text.isprintable():
        return text

    def shown(found: re.Match[str]) -> str:
        return found[0] if found[0] in keep else visible_character(found[0])

    return _UNUSUAL.sub(shown, text)


def visible_character(character: str) -> str:
    """Return one character, or its escape where it could not be seen for what it is."""
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def without_fillers(text: str) -> str:
    """Return text in which characters without a picture of their own are escapes as well."""
    return _FILLER.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def spelled_out(text: str) -> str:
    r"""Return text in which nothing looks like something else.

    Letters beyond ASCII are escapes, and so are blanks at both ends (`\x20`) and tabs (`\t`).
    """
    escaped = text.encode("unicode_escape").decode("ascii").replace("\\\\", "\\")
    kept = escaped.strip(" ")
    before = len(escaped) - len(escaped.lstrip(" "))
    after = len(escaped) - before - len(kept)
    return "\\x20" * before + kept + "\\x20" * after


def safe_output(text: str, *, coloured: bool = False) -> str:
    """Return lines of output as `visible` does, but with their line breaks and tabs.

    With `coloured`, what sets a colour stays as well.
    """
    if not coloured:
        return visible(text, keep="\n\t")
    parts = _COLOUR.split(text)
    parts[::2] = [visible(part, keep="\n\t") for part in parts[::2]]
    return "".join(parts)


def without_commands(text: str) -> str:
    """Return text of which no line is a command to the runner of a workflow.

    The first character of what would begin one is written as its escape.
    """
    return _without_commands(text, {":": "\\x3a", "#": "\\x23"})


def safe_json(text: str) -> str:
    """Return the same JSON, written so that neither a terminal nor a runner follows its strings."""
    # Outside of its strings JSON has none of the characters that are escaped here.
    safe = _UNUSUAL.sub(lambda found: _json_escape(found[0]), text)
    return safe.replace("##", "#\\u0023")


def safe_xml(text: str) -> str:
    """Return the same XML, written so that a runner follows nothing in it.

    For XML without CDATA sections and comments, in which a reference is no character.
    """
    return _without_commands(text, {":": "&#58;", "#": "&#35;"})


def one_line(text: str, limit: int) -> str:
    """Return text fit for one line of a terminal or a log, of at most `limit` characters.

    Line breaks and runs of blanks become one blank, other unsafe characters escapes, and what is
    beyond the limit is cut with an ellipsis; an escape counts as the character that it stands for.
    """
    cut = text[: limit + 1]
    shown = visible(" ".join(cut.split()))
    return shown if len(cut) <= limit else shown[: limit - 1] + "…"


def cell_width(character: str) -> int:
    """Return how many terminal columns a safe character takes: 0, 1 or 2 (Unicode UAX #11)."""
    if unicodedata.combining(character) or unicodedata.category(character) == "Me":
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _without_commands(text: str, instead: dict[str, str]) -> str:
    return _COMMAND.sub(lambda found: found[0][:-1] + instead[found[0][-1]], text)


def _json_escape(character: str) -> str:
    if character.isprintable() or character in "\n\r\t":
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
