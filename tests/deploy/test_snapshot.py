"""A snapshot goes where the tool keeps its files, and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.deploy.snapshot import Item, read_snapshot, snapshot_path, write_snapshot
from generator.kinds.analytic_rule.kind import ANALYTIC_RULES

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


def test_a_snapshot_is_named_by_tenant_and_time(tmp_path: Path) -> None:
    assert snapshot_path(tmp_path, "lab", NOW) == (
        tmp_path / ".sentinelgen/snapshots/lab-20260115T120000.000000Z.json"
    )


@pytest.mark.parametrize("link", [".sentinelgen", ".sentinelgen/snapshots"])
def test_a_link_in_the_repository_does_not_choose_where_rules_are_written(
    tmp_path: Path, link: str
) -> None:
    root, elsewhere = tmp_path / "content", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (root / link).parent.mkdir(parents=True)
    (root / link).symlink_to(elsewhere)
    with pytest.raises(OSError, match="symbolic link"):
        snapshot_path(root, "lab", NOW)


def test_half_a_surrogate_pair_in_a_live_rule_is_kept(tmp_path: Path) -> None:
    body = {"name": "one", "kind": "NRT", "properties": {"displayName": "half \ud800 pair"}}
    item = Item(ANALYTIC_RULES.name, body)
    path = tmp_path / "snapshot.json"
    assert write_snapshot(path, "workspace", NOW, [item]) == 1
    assert read_snapshot(path, "workspace").items == (item,)
