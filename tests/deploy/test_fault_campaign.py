"""The short fault campaign; `benchmarks/fault_campaign.py` is the long one, with its table."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_deployments_under_faults_and_kills_end_as_they_say() -> None:
    process = subprocess.run(
        [sys.executable, "benchmarks/fault_campaign.py", "--schedules", "6", "--seed", "3"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    assert "6  schedules" in process.stdout
