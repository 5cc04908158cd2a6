"""Rules of ours that take each other's names: one of them steps aside first.

Only the name is written here, over exactly the rule that was planned on. What a rule becomes in the
end is `write_rule`'s.
"""

from __future__ import annotations

from typing import Any

from generator.azure.errors import ConflictError, ServiceError
from generator.deploy.plan import Action
from generator.deploy.results import Outcome, Result
from generator.deploy.workspace import NO_ETAG, LiveRule, live_rule
from generator.kinds.kind import LiveApi

MAX_NAME = 256
"""Characters of a rule's name (Microsoft's detection template schema)."""


def park(client: LiveApi, action: Action, base: LiveRule) -> LiveRule | Result:
    """Give a rule a name that nobody else wants; return it, or the result where that failed."""
    if base.etag is None:
        return Result(action, Outcome.REFUSED, NO_ETAG)
    ending = f" ({base.id})"
    name = base.display_name[: MAX_NAME - len(ending)] + ending
    try:
        parked = live_rule(base.id, client.put(base.id, _named(base, name), base.etag), client.kind)
        if parked.etag is None:
            parked = live_rule(base.id, client.get(base.id), client.kind)
    except ConflictError as conflict:
        return Result(action, Outcome.REFUSED, str(conflict))
    except ServiceError as error:
        why = f"it may be called {name!r} until the next run: {error}"
        return Result(action, Outcome.FAILED, why, answer_lost=True)
    if parked.etag is None:
        why = f"{NO_ETAG}; it is called {name!r} until the next run"
        return Result(action, Outcome.FAILED, why)
    return parked


def unpark(client: LiveApi, base: LiveRule, parked: LiveRule) -> str:
    """Give a rule its name back, and return a sentence that says how that went."""
    try:
        client.put(base.id, base.shape.writable(base.body), parked.etag)
    except ServiceError as error:
        return f"it is called {parked.display_name!r} until the next run: {error}"
    return "it has its old name"


def _named(rule: LiveRule, name: str) -> dict[str, Any]:
    kept = rule.shape.writable(rule.body)
    return {**kept, "properties": {**kept["properties"], "displayName": name}}
