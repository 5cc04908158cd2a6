"""What a rendering may cost, counted and never timed, so that the answer is the same everywhere.

A budget belongs to one rendering. The limits are far above any real query (Sentinel takes 10,000
characters) and low enough that the most hostile template ends within a fraction of a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from generator.kql_templates.fault import TEMPLATE_LIMIT, TemplateFaultError

STEPS = 200_000
"""Statements, expressions, loop rounds and items of operands, all taken as one."""

CHARACTERS = 2_000_000
"""Characters of text made, those of intermediate results included."""

CALL_DEPTH = 40
"""Macros and blocks that have not returned yet."""

INTEGER_BITS = 64

_CHARACTERS_A_STEP = 64


@dataclass(slots=True)
class Budget:
    """What is left of one rendering's allowance."""

    steps: int = STEPS
    characters: int = CHARACTERS
    call_depth: int = CALL_DEPTH

    def charge(self, steps: int) -> None:
        """Count steps. Raises TemplateFaultError when none are left."""
        self.steps -= steps
        if self.steps < 0:
            raise TemplateFaultError(
                TEMPLATE_LIMIT, f"the template takes more than {STEPS:,} steps", "loop over less"
            )

    def write(self, characters: int) -> None:
        """Count characters before they are made. Raises TemplateFaultError when none are left."""
        self.characters -= characters
        if self.characters < 0:
            raise TemplateFaultError(
                TEMPLATE_LIMIT, f"the template makes more than {CHARACTERS:,} characters of text"
            )

    def weigh(self, value: object) -> None:
        """Count everything that an operation on the value may have to look at."""
        pending = [value]
        while pending:
            item = pending.pop()
            if isinstance(item, str):
                self.charge(1 + len(item) // _CHARACTERS_A_STEP)
            elif isinstance(item, list | tuple):
                self.charge(1 + len(item))
                pending.extend(item)
            elif isinstance(item, Mapping):
                self.charge(1 + len(item))
                pending.extend(item.keys())
                pending.extend(item.values())
            else:
                self.charge(1)

    def iterate(self, items: Iterable[object]) -> Iterator[object]:
        """Yield the items, counting each."""
        for item in items:
            self.charge(1)
            yield item

    def enter_call(self) -> None:
        """Count a call that has begun. Raises TemplateFaultError when too many are under way."""
        if self.call_depth == 0:
            raise TemplateFaultError(
                TEMPLATE_LIMIT, f"macros call each other more than {CALL_DEPTH} levels deep"
            )
        self.call_depth -= 1

    def leave_call(self) -> None:
        """Count a call that has ended."""
        self.call_depth += 1
