"""The last step of `build`: plan the artifacts of a compilation and write or compare them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from generator.artifacts.build import Artifacts, BuiltRule, plan_artifacts
from generator.artifacts.errors import ArtifactError, ArtifactWriteError
from generator.artifacts.folder import Differences, check_artifacts, write_artifacts
from generator.catalog.detection import FileProblem
from generator.checks.engine import findings_of
from generator.cli.console import result, say
from generator.cli.content import show_findings
from generator.cli.exit_codes import CLEAN, CONTENT, CommandError
from generator.cli.options import Settings
from generator.cli.unchanged import ARTIFACTS_FOLDER, all_current
from generator.compile import Compilation


@dataclass(frozen=True, slots=True)
class Built:
    """How a build ended, and how many artifacts there should be."""

    exit_code: int
    artifacts: int = 0


def build(compilation: Compilation, out: Path | None, *, check: bool, settings: Settings) -> Built:
    """Write the artifacts of a compilation without errors below `out`, or compare with `check`.

    Raises CommandError when the machine refuses to write.
    """
    root = compilation.catalog.root
    folder = root / ARTIFACTS_FOLDER if out is None else out
    shown = ARTIFACTS_FOLDER if out is None else str(out)
    whole = compilation.selection.is_whole
    try:
        artifacts = plan_artifacts(
            [
                BuiltRule(detection.slug, rule, detection.source.file)
                for detection, rule in compilation.rules()
            ],
            compilation.catalog.configuration,
            catalog=whole,
        )
        if check:
            return Built(_report_check(check_artifacts(folder, artifacts, complete=whole), shown))
        changed = write_artifacts(folder, artifacts, remove_stale=whole)
    except ArtifactError as error:
        found = findings_of(
            compilation.catalog, [FileProblem(None, None, problem) for problem in error.problems]
        )
        show_findings(compilation, "text", settings, stream=sys.stderr, findings=found)
        return Built(CONTENT)
    except ArtifactWriteError as error:
        raise CommandError(str(error)) from error
    if not settings.quiet:
        result(_summary(changed, artifacts, shown))
    return Built(CLEAN, len(artifacts))


def _summary(changed: tuple[str, ...], artifacts: Artifacts, shown: str) -> str:
    written = sum(path in artifacts for path in changed)
    removed = len(changed) - written
    if not changed:
        return all_current(len(artifacts), shown)
    parts = [f"{written} written", f"{len(artifacts) - written} current"]
    if removed:
        parts.append(f"{removed} removed")
    return f"{len(artifacts)} artifacts below {shown}/: {', '.join(parts)}."


def _report_check(differences: Differences, shown: str) -> int:
    if not differences:
        return CLEAN
    for what, paths in (
        ("missing", differences.missing),
        ("stale", differences.stale),
        ("left over", differences.left_over),
    ):
        for path in paths:
            result(f"{what}: {shown}/{path}")
    say("Run `sentinelgen build` and commit what it wrote.")
    return CONTENT
