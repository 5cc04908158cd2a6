"""A plain `build` of content that it has built before, and that nobody has touched since.

Light on purpose: where nothing changed, neither YAML nor templates nor checks are loaded.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from generator.artifacts.unchanged import (
    BuildRecord,
    artifacts_hash,
    content_hash,
    has_record,
    recall_build,
    remember_build,
)
from generator.cli.console import result, wants_colour, warn
from generator.cli.options import Settings, content_root
from generator.disk.private_cache import PrivateCache, open_private_cache

ARTIFACTS_FOLDER = "arm"


@dataclass(frozen=True, slots=True)
class Rebuild:
    """A build of a whole catalog into its usual place; `content` is the hash that it began with."""

    root: Path
    cache: PrivateCache
    settings: tuple[str, ...]
    content: str

    @staticmethod
    def of(
        settings: Settings, *, no_kql: bool, require_kql: bool | None, strict: bool
    ) -> Rebuild | None:
        """Look at the content as it is; None where nothing can be kept.

        Raises CommandError when there is no content repository.
        """
        root = content_root(settings)
        cache = open_private_cache(root)
        if cache is None:
            return None
        what_counts = (
            datetime.now(UTC).date().isoformat(),
            str(no_kql),
            str(require_kql),
            os.environ.get("CI", ""),
            str(strict),
            str(wants_colour("stderr", no_color=settings.no_color)),
        )
        content = content_hash(root, what_counts)
        return None if content is None else Rebuild(root, cache, what_counts, content)

    def repeat(self, settings: Settings) -> bool:
        """Say again what the last build said, if nothing has changed since; tell whether it did."""
        artifacts = artifacts_hash(self.root / ARTIFACTS_FOLDER) if has_record(self.cache) else None
        if artifacts is None:
            return False
        record = recall_build(self.cache, self.content, artifacts)
        if record is None:
            return False
        if record.kql_left_out is not None:
            warn(record.kql_left_out)
        if record.findings:
            result(record.findings, coloured=True, to="stderr")
        if not settings.quiet:
            result(all_current(record.artifacts))
        return True

    def remember(self, findings: str, kql_left_out: str | None, artifacts: int) -> None:
        """Keep what this build said, unless somebody changed the content meanwhile."""
        after = artifacts_hash(self.root / ARTIFACTS_FOLDER)
        if after is not None and content_hash(self.root, self.settings) == self.content:
            record = BuildRecord(findings, kql_left_out, artifacts)
            remember_build(self.cache, self.content, after, record)


def all_current(artifacts: int, shown: str = ARTIFACTS_FOLDER) -> str:
    """Return what is said of a build that changed nothing."""
    return f"{artifacts} artifacts below {shown}/, all current."
