"""The text of one file, as everything that reads content passes it on.

Nothing is known here of what the text means.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of one file. `file` is relative to the content root with `/`.

    `has_byte_order_mark` tells that the file begins with one; it is no part of the text.
    """

    file: str
    text: str
    has_byte_order_mark: bool = False
