"""Deployments under faults, by the hundred: does each end with what was wanted, and say so?

Each schedule fills a workspace at random (missing, edited, disabled, retired and foreign rules),
breaks the service in one to four ways and takes a few steps: deployments of edited content with
--prune, of PATHS, of a plan file, by two machines at once, rollbacks, and edits in the portal
between and during them. Commands are killed now and then. At the end it deploys until that says it
is done. Whatever a command says is compared with what is. Everything follows from the seed, but for
moments in time.

    python benchmarks/fault_campaign.py --schedules 300 --seed 1
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import campaign_faults
import yaml
from campaign_commands import Schedule, Tally, foreign_of
from campaign_steps import STEPS, deploy_until_done
from campaign_world import PAGE_SIZE, Content, Portal, call, emulator, fill, live_rules


def run_schedule(index: int, seed: int, context: Any, folder: Path) -> Tally:
    chance = random.Random(f"{seed}:{index}")
    content = Content(folder / "content")
    content.write()
    db = folder / "rules.db"
    fill(db, content, chance)
    faults = campaign_faults.draw(chance)
    faults_file = folder / "faults.yaml"
    faults_file.write_text(yaml.safe_dump(faults), "utf-8")
    with emulator(db, faults_file, PAGE_SIZE) as url:
        content.write_tenant(url)
        schedule = Schedule(
            f"schedule {index}",
            *(content, db, url, chance, context, faults),
            Portal(url, random.Random(f"{seed}:{index}:portal")),
            foreign_of(live_rules(db)),
            kills_left=chance.choice([0, 0, 1, 2]),
        )
        for step in chance.choices(STEPS, k=chance.randint(1, 4)):
            step(schedule)
        deploy_until_done(schedule)
        tally = schedule.tally
        for fault in call(f"{url}/_emulator/faults")["faults"]:
            tally.counts[f"fired: {kind_of(fault['effect'])}"] += fault["fired"]
        lost = call(f"{url}/_emulator/requests")["requests"].get("answers lost after a commit", 0)
        tally.counts["answers lost after a commit"] += lost
    tally.counts["names passed to another rule"] += content.names_passed_on
    tally.counts["schedules"] += 1
    if tally.failures:
        tally.failures.append(f"schedule {index}: its faults were {json.dumps(faults)}")
    return tally


def kind_of(effect: str) -> str:
    """Return a fault's kind as the table groups it, whatever its numbers are."""
    word, _, rest = effect.partition(" ")
    return effect if word in {"status", "drop"} or not rest else word


def print_table(tally: Tally, seconds: float) -> None:
    print(f"{'count':>8}  what")
    for name, count in sorted(tally.counts.items()):
        print(f"{count:8}  {name}")
    print(f"{seconds:8.0f}  seconds")
    print(
        f"{sum('its faults were' in text for text in tally.failures):8}  schedules with violations"
    )
    for failure in tally.failures:
        print(f"FAILED: {failure}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--schedules", type=int, default=300)
    parser.add_argument("--first", type=int, default=0, help="number of the first schedule")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["generator.cli.execution", "generator.deploy.apply"])
    total = Tally()
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="campaign-"))

    def one(index: int) -> Tally:
        place = folder / str(index)
        place.mkdir()
        try:
            return run_schedule(index, options.seed, context, place)
        finally:
            shutil.rmtree(place, ignore_errors=True)

    indexes = range(options.first, options.first + options.schedules)
    try:
        with ThreadPoolExecutor(options.jobs) as pool:
            for done, tally in enumerate(pool.map(one, indexes), 1):
                total.add(tally)
                for failure in tally.failures:
                    print(f"FAILED: {failure}", file=sys.stderr)
                if done % 25 == 0:
                    print(f"{done} schedules", file=sys.stderr)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print_table(total, time.monotonic() - began)
    return 1 if total.failures else 0


if __name__ == "__main__":
    sys.exit(main())
