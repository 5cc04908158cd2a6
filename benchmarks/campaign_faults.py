"""How the service of the fault campaign breaks: one to four ways a schedule, from its seed."""

from __future__ import annotations

import random
from typing import Any

RETRY_AFTER: tuple[dict[str, Any], ...] = (
    {"seconds": 0},
    {"seconds": 1},
    {"seconds": 0.2},
    {"seconds": 1_000_000_000},
    {"date": 1},
    {"date": 0},
    {"date": -5},
    {"ms": 50},
    {"xms": 50},
    {"text": "soon"},
    {"text": "-1"},
    {"text": "1e3"},
    {"text": "inf"},
    {"text": ""},
    {"text": "Fri, 31 Dec 9999 23:59:59 GMT"},
    {"none": True},
)

Fault = dict[str, Any]


def draw(chance: random.Random) -> list[Fault]:
    on = chance.choice(["PUT *", "* *", "PUT *"])
    ways: list[Fault] = [
        {
            "on": on,
            "times": chance.randint(1, 4),
            "status": chance.choice([429, 429, 503]),
            "retryAfter": chance.choice(RETRY_AFTER),
        },
        {"on": on, "times": chance.randint(1, 12), "status": chance.choice([500, 502, 503])},
        {"on": on, "share": chance.uniform(0.02, 0.15), "status": 500},
        {"on": on, "times": chance.randint(1, 8), "drop": "before"},
        {"on": on, "times": chance.randint(1, 8), "drop": "after"},
        {"on": "PUT *", "share": chance.uniform(0.05, 0.25), "drop": "after"},
        {"on": "DELETE *", "times": chance.randint(1, 2), "drop": "after"},
        # A list may lack the last write until there is another one. A rule that is asked for by
        # its id may lack it for a number of reads: for ever nobody could ever know of it.
        chance.choice(
            [
                {"on": "GET alertRules", "share": chance.uniform(0.2, 0.7), "staleList": True},
                {"on": "GET *", "times": chance.randint(3, 60), "staleList": True},
            ]
        ),
        {"on": on, "share": chance.uniform(0.1, 0.4), "latencyMs": chance.randint(5, 60)},
        {"on": "PUT *", "times": chance.randint(1, 4), "answerLateMs": chance.randint(700, 1500)},
        {"on": "PUT *", "recentlyDeleted": chance.randint(1, 3)},
        {"on": "PUT *", "uniqueNames": True},
    ]
    lists: list[Fault] = [
        {"on": "GET alertRules", "listLagSeconds": round(chance.uniform(0.3, 2.5), 2)},
        {
            "on": "GET alertRules",
            "share": chance.uniform(0.3, 0.9),
            "listLagSeconds": round(chance.uniform(0.3, 2.5), 2),
        },
        {"on": "GET alertRules", "repeatItems": chance.randint(1, 5)},
    ]
    return [
        *chance.sample(ways, chance.randint(1, 3)),
        *chance.sample(lists, chance.choice([0, 1, 1])),
    ]


def lag_of(faults: list[Fault]) -> float:
    """Return the seconds by which lists of a schedule may be late."""
    return max((float(fault.get("listLagSeconds", 0)) for fault in faults), default=0.0)


def hides_the_last_write(faults: list[Fault]) -> bool:
    """Tell whether a list may lack the last write until there is another one."""
    return any("staleList" in fault for fault in faults)


def hides_writes_for_good(faults: list[Fault]) -> bool:
    """Tell whether reads of one rule may lack its last write, whatever time has passed.

    What somebody did to a rule then cannot be known by reading, in the portal or by a rollback,
    until enough reads have been answered.
    """
    return any("staleList" in fault and fault["on"] == "GET *" for fault in faults)
