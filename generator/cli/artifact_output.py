"""The last step of `build`: plan the artifacts of a compilation and write or compare them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from generator.artifacts.build import Artifacts, plan_artifacts
from generator.artifacts.errors import ArtifactError, ArtifactWriteError
from generator.artifacts.folder import Differences, check_artifacts, write_artifacts
from generator.catalog.detection import FileProblem
from generator.checks.engine import findings_of
from generator.cli.exit_codes import CLEAN, CONTENT, CommandError
from generator.cli.unchanged import ARTIFACTS_FOLDER, all_current
from generator.compile import Compilation
from generator.findings import Finding


@dataclass(frozen=True, slots=True)
class Built:
    """How a build ended, and how many artifacts there should be.

    `report` are the lines of its result, `findings` what kept it from writing.
    """

    exit_code: int
    artifacts: int = 0
    report: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def build(compilation: Compilation, out: Path | None, *, check: bool) -> Built:
    """Write the artifacts of a compilation without errors below `out`, or compare with `check`.

    Nothing is printed. Raises CommandError when the machine refuses to write.
    """
    root = compilation.catalog.root
    if not any(staged.meaning for staged in compilation.detections):
        # The commands refuse it before. Whatever led here, it would take every artifact away.
        raise CommandError("there is no rule to build, so no artifact is written or removed")
    folder = root / ARTIFACTS_FOLDER if out is None else out
    shown = ARTIFACTS_FOLDER if out is None else str(out)
    whole = compilation.selection.is_whole
    try:
        artifacts = plan_artifacts(
            list(compilation.resources()),
            compilation.catalog.configuration,
            catalog=whole,
        )
        if check:
            return _compared(check_artifacts(folder, artifacts, complete=whole), shown)
        changed = write_artifacts(folder, artifacts, remove_stale=whole)
    except ArtifactError as error:
        problems = [FileProblem(None, None, problem) for problem in error.problems]
        return Built(CONTENT, findings=findings_of(compilation.catalog, problems))
    except ArtifactWriteError as error:
        raise CommandError(str(error)) from error
    return Built(CLEAN, len(artifacts), report=(_summary(changed, artifacts, shown),))


def _summary(changed: tuple[str, ...], artifacts: Artifacts, shown: str) -> str:
    written = sum(path in artifacts for path in changed)
    removed = len(changed) - written
    if not changed:
        return all_current(len(artifacts), shown)
    parts = [f"{written} written", f"{len(artifacts) - written} current"]
    if removed:
        parts.append(f"{removed} removed")
    return f"{len(artifacts)} artifacts below {shown}/: {', '.join(parts)}."


def _compared(differences: Differences, shown: str) -> Built:
    lines = tuple(
        f"{what}: {shown}/{path}"
        for what, paths in (
            ("missing", differences.missing),
            ("stale", differences.stale),
            ("left over", differences.left_over),
        )
        for path in paths
    )
    return Built(CONTENT if differences else CLEAN, report=lines)
