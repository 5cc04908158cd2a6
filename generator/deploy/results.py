"""What became of each action of a plan, and the report and exit code that follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from generator.deploy.plan import Action
from generator.kinds.shape import Change


class Outcome(StrEnum):
    """How an action ended.

    DONE: written or deleted, and seen to be so. UNCHANGED: there was nothing to do. REFUSED: we did
    not do it, because the rule is not as planned or blocked. FAILED: the service did not do it.
    NOT_ATTEMPTED: the deployment ended before.
    """

    DONE = "done"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"
    NOT_ATTEMPTED = "not-attempted"


@dataclass(frozen=True, slots=True)
class Result:
    """The ending of one action. `error` is set for every ending that is not a good one.

    `filled_in` are members that nobody sent and that the answer to our own write showed all the
    same. `answer_lost`: the service failed in a way that leaves open whether it did what it was
    asked. `throttled`: it did not take the request for as long as we wait. `etag` is what the
    service answered to our own write, where it did.
    """

    action: Action
    outcome: Outcome
    error: str | None = None
    answer_lost: bool = False
    throttled: bool = False
    etag: str | None = None
    filled_in: tuple[Change, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether the rule is live as the plan says."""
        return self.outcome in {Outcome.DONE, Outcome.UNCHANGED}


@dataclass(frozen=True, slots=True)
class Deployment:
    """The results of a plan, in its order. `ended_early` says why it did, or is None."""

    results: tuple[Result, ...]
    ended_early: str | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every rule of the plan is verified live."""
        return self.ended_early is None and all(result.is_good for result in self.results)


def result_document(result: Result) -> dict[str, Any]:
    """Return what a report says of one action."""
    return {
        "id": result.action.id,
        "action": result.action.action.value,
        "outcome": result.outcome.value,
        "error": result.error,
        "contentKind": result.action.content_kind,
        **_filled_in(result),
    }


def _filled_in(result: Result) -> dict[str, Any]:
    if not result.filled_in:
        return {}
    return {"filledIn": [change.path for change in result.filled_in]}
