"""Where the difference between a live rule and the content comes from, as far as that is known.

Only data and words. Finding it out is `look_back`'s and `absence`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Source(StrEnum):
    """REPOSITORY: the live side is as at an earlier commit, so the content moved on. OUTSIDE: it is
    as at none, so somebody changed it. UNKNOWN: the history does not tell."""

    REPOSITORY = "repository"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a difference comes from. `text` says it to people.

    `commit` (a full hash, made at `date`, ISO 8601) is the one that the live side is as at, or that
    brought a rule that is not live. `is_disabled`: the live rule is as at that commit, or as the
    content says, but for having been switched off. `written` is when the live rule was last
    written (ISO 8601). `replaced_by` is a commit that had changed the rule before it was written
    as at an older one: it was deployed late, or put back.
    """

    source: Source
    text: str
    commit: str | None = None
    date: str | None = None
    is_disabled: bool = False
    written: str | None = None
    replaced_by: str | None = None

    def document(self) -> dict[str, Any]:
        """Return the origin in the documented form; what is not known is left out."""
        members = {
            "source": self.source.value,
            "commit": self.commit,
            "date": self.date,
            "written": self.written,
            "replacedBy": self.replaced_by,
        }
        document: dict[str, Any] = {k: v for k, v in members.items() if v is not None}
        if self.is_disabled:
            document["disabled"] = True
        return {**document, "text": self.text}


@dataclass(frozen=True, slots=True)
class Origins:
    """Origins by lower-case id of the rule, and what of the history could not be looked at."""

    by_id: Mapping[str, Origin] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


NO_ORIGINS = Origins()
_TEXTS = ("commit", "date", "written", "replacedBy")


def read_origin(document: Any) -> Origin | None:
    """Read what `document` writes. Raises TypeError or ValueError where it is something else."""
    if document is None:
        return None
    if not isinstance(document, dict):
        raise TypeError("origin is not an object")
    odd = sorted(map(str, set(document) - {"source", "disabled", "text", *_TEXTS}))
    if odd:
        raise ValueError(f"origin with unknown members: {', '.join(odd)}")
    source, text = document.get("source"), document.get("text")
    if not isinstance(source, str) or not isinstance(text, str):
        raise TypeError("origin without source or text")
    texts = {member: document.get(member) for member in _TEXTS}
    if not all(value is None or isinstance(value, str) for value in texts.values()):
        raise TypeError(f"one of {', '.join(_TEXTS)} of origin is not text")
    disabled = document.get("disabled", False)
    if not isinstance(disabled, bool):
        raise TypeError("origin.disabled is neither true nor false")
    return Origin(
        Source(source),
        text,
        texts["commit"],
        texts["date"],
        is_disabled=disabled,
        written=texts["written"],
        replaced_by=texts["replacedBy"],
    )
