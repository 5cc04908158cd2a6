"""What the KQL checks cost: `validate` with and without them, cold and cached.

    python benchmarks/kql_speed.py [--size 1000] [--rules FOLDER]

Every detection has a query of its own. The ratio is of processor seconds to `validate --no-kql` in
the same run.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from pathlib import Path

from build_speed import COMMUNITY_RULES, usable_texts, write_catalog
from measuring import REPOSITORY, SENTINELGEN, Run, measure

KEPT_ANSWERS = ".sentinelgen"


def make_queries_distinct(root: Path) -> int:
    """Give each query a comment of its own, and return how many queries there are."""
    paths = sorted(root.glob("detections/*/*.yaml"))
    for number, path in enumerate(paths):
        text = path.read_text("utf-8")
        path.write_text(
            re.sub(r"(?m)^(query: \|[-+]?\n)( +)", rf"\1\2// rule {number}\n\2", text, count=1),
            "utf-8",
        )
    return len(paths)


def line(what: str, run: Run, floor: Run, rules: int) -> None:
    per_rule = (run.cpu_seconds - floor.cpu_seconds) / rules * 1000
    print(
        f"  {what:<28}{run.seconds:9.2f}{run.cpu_seconds:9.2f}{run.megabytes:7.0f}"
        f"{run.cpu_seconds / floor.cpu_seconds:8.2f}{per_rule:10.1f}",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--rules", type=Path, default=COMMUNITY_RULES)
    options = parser.parse_args()
    folder = options.rules if options.rules.is_dir() else REPOSITORY / "detections"
    validate = (*SENTINELGEN, "validate", "--quiet")
    with tempfile.TemporaryDirectory() as made:
        root = Path(made, "content")
        root.mkdir()
        write_catalog(root, usable_texts(folder), options.size)
        rules = make_queries_distinct(root)
        settings = {"HOME": made, "XDG_CACHE_HOME": f"{made}/cache", "CI": ""}

        def run(*arguments: str, one_core: bool = True) -> Run:
            return measure(
                *validate, *arguments, folder=root, variables=settings, one_core=one_core
            )

        print(f"{rules} detections from {folder.name}\n")
        print(f"  {'':<28}{'seconds':>9}{'cpu':>9}{'MB':>7}{'ratio':>8}{'ms a rule':>10}")
        floor = run("--no-kql")
        line("validate --no-kql", floor, floor, rules)
        line("validate, cold, one core", run(), floor, rules)
        line("validate, cached", run(), floor, rules)
        shutil.rmtree(root / KEPT_ANSWERS)
        line("validate, cold, all cores", run(one_core=False), floor, rules)
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        (root / "sentinelgen.yaml").touch()
        (root / "detections/area").mkdir(parents=True)
        first = usable_texts(folder)[0]
        (root / "detections/area/one.yaml").write_text(first, "utf-8")
        single = measure(*validate, folder=root, variables={"HOME": made, "CI": ""})
    print(f"\nstart to first result: {single.seconds:.2f} s, processor {single.cpu_seconds:.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
