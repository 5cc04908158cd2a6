"""Somebody else's text in what GitHub shows as Markdown: never markup, never over the limit.

What is said there is the writers' business.
"""

from __future__ import annotations

import re

from generator.text.safe_text import visible

MAX_BYTES = 64_000
"""GitHub takes bodies of up to 65,536 characters; counted here in UTF-8, which is never less.

What is left of them is for whoever puts a line around the text.
"""

_MARKUP = re.compile(r"""[&<>"'!`*_\[\](){}~|\\:@#]""")


def code(text: str) -> str:
    """Return text as inline code, in which no mention works.

    It has to stand in a line that begins with the tag of an HTML block, where no Markdown works;
    characters that mean something in either are references.
    """
    literal = _MARKUP.sub(lambda found: f"&#{ord(found[0])};", visible(text))
    return f"<code>{literal}</code>"


def size(text: str) -> int:
    """Return the bytes of a text, also of one that holds half a surrogate pair."""
    return len(text.encode("utf-8", "surrogatepass"))
