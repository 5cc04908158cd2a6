"""Questions about a query, answered by Microsoft's language service within an environment.

The one door to V8 for the rest of the package. Offsets that leave this module are characters of the
query (the service counts UTF-16 units).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from generator.kql.service.engine import engine
from generator.kql.service.environment import Environment, declarations_for
from generator.kql.service.syntax import Node, read_tree

_declared: set[str] = set()
"""Keys that this process's engine already knows."""


@dataclass(frozen=True, slots=True)
class KqlService:
    """The language service with an organisation's tables, functions and watchlists."""

    environment: Environment

    def syntax_tree(self, query: str) -> Node:
        """Parse and bind a query and return its tree; errors stand in it as the type `error`.

        Raises KqlUnavailableError where the service is not installed, EngineError where it fails.
        """
        return read_tree(self._ask("syntaxTree", query), character_offsets(query))

    def _ask(self, function: str, query: str) -> Any:
        declarations = declarations_for(query, self.environment)
        new = [item for item in declarations if item.key not in _declared]
        running = engine()
        if new:
            running.call("declare", [item.symbol for item in new])
            _declared.update(item.key for item in new)
        return running.call(function, query, [item.key for item in declarations])


def character_offsets(text: str) -> Callable[[int], int]:
    """Return the function from UTF-16 offsets of a text to its character offsets."""
    if text.isascii() or max(text) <= "\uffff":
        return lambda offset: offset
    characters: list[int] = []
    for index, character in enumerate(text):
        characters.extend([index] if character <= "\uffff" else [index, index])
    characters.append(len(text))
    return lambda offset: characters[min(offset, len(characters) - 1)]
