"""Characters that no reader sees, which both writings spell as escapes.

Artifacts are reviewed in diffs: a bidirectional override or a zero-width character that stands
there raw shows a reviewer another text than the service gets. Writing itself belongs elsewhere.
"""

from __future__ import annotations

import re

# Controls, soft hyphen, blanks other than the space, format characters, line and paragraph
# separators, variation selectors' relatives that hide text (tags), and non-characters.
INVISIBLE = (
    "\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180e\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff"
    "\U0001fffe\U0001ffff\U000e0000-\U000e0fff\U0010fffe\U0010ffff"
)
"""Members of a regular expression's character class, none of them below U+007F."""

INVISIBLE_CHARACTER = re.compile(f"[{INVISIBLE}]")
