"""Which symbolic links are followed: those to files inside of the content repository, no others.

The folders that content stands in (`detections`, `tenants`, …) may be links inside of it as well.
"""

from __future__ import annotations

from pathlib import Path

from generator.findings import Code, InFile, Problem, Severity

UNFOLLOWED_LINK = Code(
    "SG002",
    summary="Symbolic link that is not followed",
    explanation=(
        "Content comes from this repository only: a link to a file inside of it is read, any "
        "other link could bring in files of the machine or run in circles. Put the file itself "
        "here."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)


def link_problem(path: Path, file: str, real_root: Path) -> Problem | None:
    """Return why a path is not followed; None for one that is no link, or a link that is followed.

    `real_root` is the content root with all links resolved. Links in folders above are not looked
    at: whoever walks the folders does not enter linked ones.
    """
    if not path.is_symlink():
        return None
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: a link to itself, before Python 3.13
        return Problem(UNFOLLOWED_LINK, "this link leads nowhere", InFile(file))
    if not target.is_relative_to(real_root):
        message = "this link leads out of the repository and is not followed"
        return Problem(UNFOLLOWED_LINK, message, InFile(file))
    if target.is_dir():
        return Problem(
            UNFOLLOWED_LINK, "this link leads to a folder and is not followed", InFile(file)
        )
    return None


def folder_problem(folder: Path, file: str, real_root: Path) -> Problem | None:
    """Return why one of the content's own folders is not entered; None where it may be.

    `real_root` is the content root with all links resolved. The folder need not be there.
    """
    try:
        is_inside = folder.resolve().is_relative_to(real_root)
    except (OSError, RuntimeError):  # RuntimeError: a link to itself, before Python 3.13
        return Problem(UNFOLLOWED_LINK, "this link leads nowhere", InFile(file))
    if is_inside:
        return None
    message = "this link leads out of the repository and is not followed"
    return Problem(UNFOLLOWED_LINK, message, InFile(file))
