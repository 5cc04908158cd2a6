"""Why artifacts cannot be made or written.

What is wrong with the content is a list of problems, one per file or rule, so that one run names
them all. What the machine refuses (a full disk, missing permissions) is one sentence.
"""

from __future__ import annotations

from collections.abc import Sequence

from generator.findings import Problem


class ArtifactError(Exception):
    """The content, or what already lies in the output folder, allows no artifacts.

    Nothing was written.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = tuple(problems)


class ArtifactWriteError(Exception):
    """The machine refused to write. Each artifact is whole: as it was, or new."""
