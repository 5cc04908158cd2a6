"""How much of a workspace one deployment may change before a person has to say so."""

from __future__ import annotations

from dataclasses import dataclass

from generator.deploy.plan import ActionKind, Plan

SMALL_WORKSPACE = 10
"""Below this number of live rules of ours a share says nothing and is not looked at."""


@dataclass(frozen=True, slots=True)
class BlastRadius:
    """The limits of one deployment: a number of deletions, and a share of our live rules in %."""

    max_deletes: int = 10
    max_change_percent: float = 50


def excess(plan: Plan, limits: BlastRadius) -> str | None:
    """Return why a plan goes too far, or None.

    Creations never count, so that an interrupted first deployment goes on.
    """
    deletes = sum(action.deletes for action in plan.actions)
    if deletes > limits.max_deletes:
        return (
            f"the plan deletes {deletes} rules and --max-deletes is {limits.max_deletes}; "
            f"if that is right, run again with --max-deletes {deletes}"
        )
    changed = len(plan.of(ActionKind.UPDATE)) + len(plan.of(ActionKind.DELETE))
    if plan.live_count < SMALL_WORKSPACE or not changed:
        return None
    percent = 100 * changed / plan.live_count
    if percent > limits.max_change_percent:
        return (
            f"the plan changes or deletes {changed} of our {plan.live_count} live rules "
            f"({percent:.0f} %) and --max-change-percent is {limits.max_change_percent:g}; "
            "if that is right, run again with a higher one"
        )
    return None
