"""What calls of functions take before they are made: the `work` that families declare.

Each gets the run's budget and the arguments of the call, and raises OverBudgetError.
"""

from __future__ import annotations

from generator.kql_evaluator.budget import Budget
from generator.kql_evaluator.functions.registry import Work
from generator.kql_evaluator.values import Value


def compared(budget: Budget, *values: Value) -> None:
    """Values are compared or made keys of, with all their parts."""
    budget.read(*values)


def written(budget: Budget, *values: Value) -> None:
    """Values become one text."""
    budget.written(*values)


def sorted_values(budget: Budget, *arrays: Value) -> None:
    """The first array is sorted; its elements may be large themselves."""
    first = arrays[0] if arrays else None
    if isinstance(first, list):
        budget.sorting(len(first))
        if any(isinstance(item, str | list | dict) for item in first):
            for _ in range(len(first).bit_length()):
                budget.read(first)


def letter_by_letter(steps: int) -> Work:
    """Texts are gone through by their letters, each of which takes so many steps."""

    def work(budget: Budget, *values: Value) -> None:
        budget.letters(steps, *values)

    return work


def an_element_per_letter(budget: Budget, text: Value, *_: Value) -> None:
    """A text becomes an array of its letters."""
    if isinstance(text, str):
        budget.elements(len(text))


def element_by_element(budget: Budget, *arrays: Value) -> None:
    """Arrays are gone through by their elements, each of which is computed with."""
    count = sum(len(array) for array in arrays if isinstance(array, list))
    budget.step(count * _STEPS_OF_AN_ELEMENT)


_STEPS_OF_AN_ELEMENT = 12
