"""Which ids are techniques of MITRE ATT&CK, and what has taken the place of those that are not.

Facts of `techniques.json`, which names its sources, their versions and their date; no opinion on
rules enters here. The service takes any id of the right form and ATT&CK grows, so an id that is not
among them may still be one of a newer version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

_DOMAINS = ("enterprise", "ics", "mobile")


@dataclass(frozen=True, slots=True)
class Techniques:
    """The ids of an ATT&CK version, `T1078` and `T1078.004`.

    `known` are those of the version and of the last one before 19, which split the tactic Defense
    Evasion in two; Sentinel's tactics are still the ones from before. `retired` had gone already
    then, with what has taken their place (None: nothing has). `replaced` have gone since; they are
    known too.
    """

    version: str
    known: frozenset[str]
    retired: Mapping[str, str | None]
    replaced: Mapping[str, str]

    def near(self, technique: str) -> tuple[str, ...]:
        """Return the known ids that an unknown one may stand for, sorted.

        Those of the parent for a sub-technique; else those with two neighbouring digits swapped.
        """
        parent = technique.partition(".")[0]
        if "." in technique and parent in self.known:
            return tuple(sorted(one for one in self.known if one.partition(".")[0] == parent))
        swapped = {
            technique[:at] + technique[at + 1] + technique[at] + technique[at + 2 :]
            for at in range(1, len(parent) - 1)
        }
        return tuple(sorted(swapped & self.known))


@cache
def techniques() -> Techniques:
    """Return the techniques of the data file."""
    text = resources.files("generator.vocabulary").joinpath("techniques.json").read_text("utf-8")
    facts = json.loads(text)
    known = set()
    for domain in _DOMAINS:
        for parent, numbers in facts[domain].items():
            known.add(parent)
            known.update(f"{parent}.{number}" for number in numbers.split())
    return Techniques(facts["version"], frozenset(known), facts["retired"], facts["replacedIn19"])
