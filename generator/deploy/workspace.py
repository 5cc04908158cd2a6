"""What a workspace holds now: our rules whole, the others only as far as they limit us.

Foreign rules are read so that they can be counted and their names respected; their bodies are not
kept, so memory does not grow with what is not ours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from generator.azure.errors import UnintelligibleError
from generator.kinds import KINDS, UNNAMED_KIND, shape_of
from generator.kinds.shape import Shape

NO_ETAG = (
    "the service gives no etag for this rule, so a change by somebody else could not be noticed: "
    "it is not written"
)
CONTRADICTED = (
    "the workspace lists this rule and, asked for it, says that there is none: somebody has made "
    "or deleted it a moment ago, run again in some minutes"
)
_MATCHES_ANYTHING = {"", "*"}
"""What as a condition on a write would be none (RFC 9110, 13.1.1)."""


@dataclass(frozen=True, slots=True)
class LiveRule:
    """A rule of ours as the service answered it."""

    id: str
    body: Mapping[str, Any]
    content_kind: str = UNNAMED_KIND

    @property
    def shape(self) -> Shape:
        """The members of the body."""
        return shape_of(self.content_kind)

    @property
    def etag(self) -> str | None:
        """The etag, quotes included, as the service compares it; None where none is of use."""
        etag = self.body.get("etag")
        usable = isinstance(etag, str) and etag.strip() not in _MATCHES_ANYTHING
        return etag if usable else None

    @property
    def kind(self) -> str:
        """The kind as the service spells it."""
        return kind_in(self.body, self.content_kind)

    @property
    def display_name(self) -> str:
        """The name, or an empty text where there is none."""
        return display_name(self.body)

    @property
    def enabled(self) -> bool:
        """Whether the rule runs."""
        return is_enabled(self.body)

    @property
    def is_auto_disabled(self) -> bool:
        """Whether the service has switched it off itself."""
        return KINDS[self.content_kind].is_auto_disabled(self.body)

    @property
    def written(self) -> datetime | None:
        """When anybody last wrote the rule (UTC), or None where the service does not say."""
        try:
            moment = datetime.fromisoformat(str(_properties(self.body).get("lastModifiedUtc")))
            aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
            return aware.astimezone(UTC)
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True, slots=True)
class ForeignRule:
    """A rule that is not ours and is never touched."""

    id: str
    kind: str
    display_name: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything of one kind in a workspace. `ours` is by lower-case id.

    `ambiguous` are lower-case ids of ours that the list shows twice, and not alike; `contradicted`
    those of which the list shows a state and a request of its own says that there is none.
    """

    ours: Mapping[str, LiveRule]
    foreign: tuple[ForeignRule, ...]
    ambiguous: frozenset[str] = frozenset()
    contradicted: frozenset[str] = frozenset()


Workspaces = Mapping[str, Workspace]
"""What a workspace holds, by kind of content."""


def read_workspace(
    rules: Iterable[Mapping[str, Any]],
    owned: Iterable[str],
    kind: str = UNNAMED_KIND,
) -> Workspace:
    """Sort the listed rules into ours and foreign ones.

    `owned` are lower-case ids. Raises UnintelligibleError for a rule without a name, and for one of
    ours that holds no properties: what cannot be read must not be overwritten.
    """
    ids = frozenset(owned)
    ours: dict[str, LiveRule] = {}
    ambiguous: set[str] = set()
    foreign: dict[str, ForeignRule] = {}
    for body in rules:
        name = body.get("name")
        if not isinstance(name, str):
            raise UnintelligibleError("the list holds a rule without a name")
        if is_ours(name, ids):
            key, live = name.casefold(), live_rule(name, body, kind)
            if key in ours and ours[key].body != live.body:
                ambiguous.add(key)
            ours[key] = live
        else:
            foreign[name] = ForeignRule(
                name, kind_in(body, kind), display_name(body), is_enabled(body)
            )
    return Workspace(ours, tuple(foreign.values()), frozenset(ambiguous))


def is_ours(name: str, owned: Collection[str]) -> bool:
    """Tell whether a resource of this name is one of ours, which are known by lower-case id.

    Azure compares names without regard to the case of ASCII letters; a ligature is no other case.
    """
    return name.isascii() and name.casefold() in owned


def live_rule(rule_id: str, body: Mapping[str, Any], kind: str = UNNAMED_KIND) -> LiveRule:
    """Return a rule of ours. Raises UnintelligibleError when its body is not readable."""
    has_kind = isinstance(body.get("kind"), str) or not shape_of(kind).says_kind
    if not isinstance(body.get("properties"), Mapping) or not has_kind:
        raise UnintelligibleError(f"the service answers rule {rule_id} without kind or properties")
    return LiveRule(rule_id, body, kind)


def kind_in(body: Mapping[str, Any], content_kind: str) -> str:
    """Return the kind that a body says; the kind of content where its bodies say none."""
    return str(body.get("kind")) if shape_of(content_kind).says_kind else content_kind


def display_name(body: Mapping[str, Any]) -> str:
    """Return a body's display name, or an empty text."""
    name = _properties(body).get("displayName")
    return name if isinstance(name, str) else ""


def is_enabled(body: Mapping[str, Any]) -> bool:
    """Tell whether a body's rule runs; what no body says of its kind cannot be switched off."""
    return _properties(body).get("enabled", True) is True


def switched(body: Mapping[str, Any], *, enabled: bool) -> dict[str, Any]:
    """Return a body with its rule switched on or off."""
    return {**body, "properties": {**_properties(body), "enabled": enabled}}


def _properties(body: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = body.get("properties")
    return properties if isinstance(properties, Mapping) else {}
