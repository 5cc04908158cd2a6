"""Runs a command on one core and says what it took; what the benchmarks have in common."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
SENTINELGEN = (sys.executable, "-m", "generator")


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took: seconds on the clock and of the processor, and its peak memory."""

    seconds: float
    cpu_seconds: float
    megabytes: float
    exit_code: int


def measure(
    *command: str,
    folder: Path,
    variables: Mapping[str, str] | None = None,
    one_core: bool = True,
) -> Run:
    """Run a command to its end; what it prints goes nowhere. Its own children count as well."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **(variables or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **(_on_one_core() if one_core else {}),
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    scale = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Run(
        seconds=time.perf_counter() - began,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        megabytes=usage.ru_maxrss / scale,
        exit_code=process.returncode,
    )


def _on_one_core() -> dict[str, Any]:
    if not hasattr(os, "sched_setaffinity"):
        return {}
    core = min(os.sched_getaffinity(0))
    return {"preexec_fn": lambda: os.sched_setaffinity(0, {core})}
