"""How fast `build` is, compared with a floor that is measured in the same run.

    python benchmarks/build_speed.py [--sizes 100,1000,5000] [--rules FOLDER]

The floor is one process that reads the same files with PyYAML's C loader, dumps each document as
JSON (indent 2) twice and writes both files. Builds are made without KQL: first with nothing there,
then with nothing changed. Ratios are of processor seconds, which other work on the machine disturbs
less than the clock.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import sys
import tempfile
import uuid
from datetime import date
from pathlib import Path

from measuring import REPOSITORY, SENTINELGEN, Run, measure

from generator.catalog.beside import Beside
from generator.catalog.configuration import Configuration
from generator.catalog.detection import Catalog
from generator.catalog.load import load_text
from generator.checks.engine import check_catalog
from generator.findings import Severity
from generator.kinds.analytic_rule.seat import SEAT
from generator.kql_templates import TemplateLibrary
from generator.stage import stage
from generator.text.source_text import SourceText

COMMUNITY_RULES = REPOSITORY.parent / "shared" / "corpus" / "community-rules"

FLOOR = """
import json, pathlib, sys, yaml
out = pathlib.Path("floor")
for path in sorted(pathlib.Path("detections").rglob("*.yaml")):
    document = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    for form in ("json", "bicep"):
        target = out / path.relative_to("detections").with_suffix("." + form)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(document, indent=2, default=str), "utf-8")
"""


def usable_texts(folder: Path) -> list[str]:
    """Return the rules that build: those with a true error would keep everything back."""
    texts = []
    for path in sorted(folder.rglob("*.yaml")):
        text = path.read_text("utf-8")
        loaded = load_text(SourceText(f"detections/area/{path.stem}.yaml", text), path.stem, SEAT)
        if loaded.detection is None or any(p.code == "SG030" for p in loaded.problems):
            continue
        if "template" in loaded.detection.document:
            continue
        staged = stage(loaded.detection, TemplateLibrary(folder), {}, Beside.nothing())
        catalog = Catalog(folder, Configuration(), (loaded.detection,), (), (), ())
        findings = check_catalog(catalog, [staged], today=date(2026, 1, 1))
        if not any(finding.severity is Severity.ERROR for finding in findings):
            texts.append(text)
    return texts


def write_catalog(root: Path, texts: list[str], size: int) -> None:
    """Write a catalog with an id and a name of its own for each detection."""
    (root / "sentinelgen.yaml").touch()
    for number in range(size):
        text = texts[number % len(texts)]
        identifier = uuid.uuid5(uuid.NAMESPACE_OID, str(number))
        text = re.sub(r"(?m)^id:.*$", f"id: {identifier}", text, count=1)
        name = re.search(r"(?m)^name:\s*(.*)$", text)
        words = name[1].strip(" '\"\r>|-")[:200] if name else "A rule"
        renamed = f"name: {json.dumps(f'{words} {number}')}"
        text = re.sub(
            r"(?m)^name:.*$(\n[ \t]+.*$)*",
            renamed.replace("\\", r"\\"),
            text,
            count=1,
        )
        path = root / f"detections/area{number % 50:02}/rule{number:05}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def line(what: str, run: Run, floor: Run | None = None) -> None:
    ratio = "" if floor is None else f"{run.cpu_seconds / floor.cpu_seconds:8.3f}"
    print(
        f"  {what:<28}{run.seconds:9.2f}{run.cpu_seconds:9.2f}{run.megabytes:7.0f}{ratio:>8}",
        flush=True,
    )
    if run.exit_code:
        print(f"  exit code {run.exit_code}: the numbers above mean nothing")


def measure_size(texts: list[str], size: int) -> None:
    print(f"{size} detections")
    with tempfile.TemporaryDirectory() as made:
        root = Path(made, "content")
        root.mkdir()
        write_catalog(root, texts, size)
        home = {"HOME": made, "XDG_CACHE_HOME": f"{made}/cache", "CI": ""}
        floor = measure(sys.executable, "-c", FLOOR, folder=root, variables=home)
        shutil.rmtree(root / "floor")
        line("floor", floor, floor)
        build = (*SENTINELGEN, "build", "--no-kql")
        line("cold build", measure(*build, folder=root, variables=home), floor)
        line("nothing changed", measure(*build, folder=root, variables=home), floor)
        first = min(root.glob("detections/*/*.yaml"))
        first.write_text(first.read_text("utf-8") + "# changed\n", "utf-8")
        line("one file changed", measure(*build, folder=root, variables=home), floor)
        line("build --check", measure(*build, "--check", folder=root, variables=home), floor)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="100,1000,5000")
    parser.add_argument("--rules", type=Path, default=COMMUNITY_RULES)
    options = parser.parse_args()
    folder = options.rules if options.rules.is_dir() else REPOSITORY / "detections"
    texts = usable_texts(folder)
    print(f"{len(texts)} rules of {folder.name}, repeated with ids and names of their own\n")
    print(f"  {'':<28}{'seconds':>9}{'cpu':>9}{'MB':>7}{'ratio':>8}")
    for size in map(int, options.sizes.split(",")):
        measure_size(texts, size)
    versions = [measure(*SENTINELGEN, "--version", folder=REPOSITORY) for _ in range(9)]
    print(
        f"--version: median {statistics.median(run.seconds for run in versions) * 1000:.0f} ms, "
        f"{statistics.median(run.cpu_seconds for run in versions) * 1000:.0f} ms of the processor"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
