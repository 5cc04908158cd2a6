"""Spoiled files and queries by the thousand, always the same ones: does each get an answer?

    python benchmarks/fuzz.py [--seed N] [--part N] [--accepted FILE] [KIND ...]

KIND is detections, tests, plans, snapshots, tenants or queries. `--part 10` tries a tenth of each.
`--accepted` lists what was accepted although it was spoiled, for somebody to look at.
Exit code 1 for a traceback, for one that takes more than five seconds of processor time, and where
what is not spoiled is refused: spoiling it would then tell nothing.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from fuzz_cases import KINDS, spoiled, unspoiled
from measuring import REPOSITORY

REACH_SECONDS = 5.0
COUNTS = {
    "detections": 1500,
    "tests": 500,
    "plans": 250,
    "snapshots": 250,
    "tenants": 300,
    "queries": 1000,
}
SEED = 20260115


@dataclass(slots=True)
class Tally:
    """What became of the inputs of one kind."""

    accepted: int = 0
    refused: int = 0
    tracebacks: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    refused_unspoiled: list[str] = field(default_factory=list)
    slowest: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter)


UNSPOILED = 8
"""Cases of each kind that are tried as they are first: they have to be accepted."""


def tried(kind: str, count: int, seed: int, root: Path) -> Tally:
    tally = Tally()
    sound = KINDS[kind](random.Random(f"{seed} {kind}"), unspoiled, root)
    for _ in range(UNSPOILED):
        what, answer = next(sound)
        answered = answer(root)
        if not answered.is_accepted:
            tally.refused_unspoiled.append(f"refused as it is: {what}: {answered.said}")
    cases = KINDS[kind](random.Random(f"{seed} {kind}"), spoiled, root)
    for _ in range(count):
        what, answer = next(cases)
        before = time.process_time()
        answered = answer(root)
        seconds = time.process_time() - before
        tally.slowest = max(tally.slowest, seconds)
        if answered.is_broken:
            tally.tracebacks.append(f"{what}: {answered.said}")
        if seconds > REACH_SECONDS:
            tally.slow.append(f"{what}: {seconds:.1f} s")
        tally.accepted += answered.is_accepted
        tally.refused += not answered.is_accepted
        if answered.is_accepted:
            tally.kinds[what] += 1
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--part", type=int, choices=range(1, min(COUNTS.values()) + 1), default=1)
    parser.add_argument("--accepted", type=Path)
    given = parser.parse_args()
    unknown = set(given.kinds) - KINDS.keys()
    if unknown:
        parser.error(f"no such kind: {', '.join(sorted(unknown))}")
    lines: list[str] = []
    wrong = 0
    print("kind         tried accepted  refused tracebacks  slowest")
    for kind in given.kinds or KINDS:
        with tempfile.TemporaryDirectory() as made:
            root = Path(made, "content")
            root.mkdir()
            (root / "sentinelgen.yaml").write_text("")
            shutil.copytree(REPOSITORY / "detections/_templates", root / "detections/_templates")
            tally = tried(kind, COUNTS[kind] // given.part, given.seed, root)
        print(
            f"{kind:<11} {tally.accepted + tally.refused:6} {tally.accepted:8} {tally.refused:8} "
            f"{len(tally.tracebacks):10} {tally.slowest:7.2f}s",
            flush=True,
        )
        for trouble in (*tally.refused_unspoiled, *tally.tracebacks, *tally.slow):
            print(f"  {trouble}")
        wrong += len(tally.refused_unspoiled) + len(tally.tracebacks) + len(tally.slow)
        lines += [f"{kind}: {what}" for what in sorted(tally.kinds)]
    if given.accepted is not None:
        given.accepted.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="replace")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
