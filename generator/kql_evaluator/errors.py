"""What the evaluator says when it cannot compute: the construct's name and its place in the query.

Never a wrong value: what is not supported is found on compiling wherever the tree shows it.
"""

from __future__ import annotations

from generator.findings import InQuery


class UnsupportedConstruct(Exception):  # noqa: N818 - named for the construct it carries
    """The query uses something that this evaluator does not compute.

    `construct` is its KQL name; `start` and `end` are character offsets in the query, the end
    exclusive.
    """

    def __init__(self, construct: str, start: int, end: int, reason: str = "") -> None:
        self.construct = construct
        self.start = start
        self.end = end
        self.reason = reason
        super().__init__(
            f"{construct} cannot be evaluated locally" + (f": {reason}" if reason else "")
        )

    @property
    def place(self) -> InQuery:
        """Where the construct stands."""
        return InQuery(self.start, self.end)


class EvaluationError(Exception):
    """The query failed on these rows as it would fail in the workspace, or lacks an input.

    `start` and `end` are character offsets in the query, end exclusive.
    """

    def __init__(self, message: str, start: int = 0, end: int = 0) -> None:
        self.start = start
        self.end = end
        super().__init__(message)

    @property
    def place(self) -> InQuery:
        """Where in the query it failed."""
        return InQuery(self.start, self.end)


BEYOND = "a value is beyond what can be computed here"
"""What is said of numbers, dates and reals that no other error speaks of."""


TOO_DEEP = "the query or a value in it is nested too deeply"


class InvalidArgumentError(ValueError):
    """A function was called with arguments that the engine refuses.

    Raised by functions, which know no positions; the compiler adds the call's place.
    """


class UnsupportedArgumentError(ValueError):
    """A function cannot compute these arguments locally; becomes UnsupportedConstruct."""
