"""How fast 512 rules go in, and how fast an unchanged workspace is planned, on the emulator.

Prints seconds, the least that the bucket allows, the ratio, and peak memory of the process; then
what one changed rule among them costs, and how long 300 rules, 100 hunting queries and 20
watchlists of 500 rows take, command line included. Ends with 1 where a ratio or the requests are
more than they may be.

    python benchmarks/deploy_speed.py
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import resource
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from generator.azure.client import ArmClient
from generator.deploy.apply import Execution, Site, apply_plan
from generator.deploy.plan import Plan
from generator.deploy.plan_actions import plan_actions
from generator.deploy.tenant_content import KindContent
from generator.deploy.tool import TOOL
from generator.deploy.workspace import read_workspace
from generator.emulator.launch import EmulatorOptions, launch
from generator.emulator.throttling import BucketSize
from generator.kinds import collections
from generator.kinds.analytic_rule.kind import ANALYTIC_RULES
from generator.kinds.analytic_rule.live import LiveRules
from generator.kinds.kind import Resource
from generator.tenants.cloud import parse_cloud
from generator.tenants.tenant import Target

MAX_RATIO = 1.05
"""Of the time of 512 writes to the least that the bucket allows."""
MAX_MIXED_RATIO = 1.15
"""The same for every kind of content at once."""
MAX_REQUESTS = 20
"""For a plan, or a deployment, of one change among 512 rules."""
SUBSCRIPTION = "00000000-0000-0000-0000-000000000002"


def rule(number: int) -> Resource:
    properties = {
        "displayName": f"Rule {number}",
        "severity": "Medium",
        "enabled": True,
        "query": f"SigninLogs\n| where ResultType == '{number}'\n" + "// filler\n" * 100,
        "queryFrequency": "PT1H",
        "queryPeriod": "PT2H",
        "triggerOperator": "GreaterThan",
        "triggerThreshold": 0,
        "suppressionDuration": "PT5H",
        "suppressionEnabled": False,
    }
    body = {"kind": "Scheduled", "properties": properties}
    name = f"dddddddd-0000-4000-8000-{number:012d}"
    return ANALYTIC_RULES.resource_of(name, f"area/{number:04d}", body)


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rules", type=int, default=512)
    parser.add_argument("--size", type=int, default=200, help="tokens in the full bucket")
    parser.add_argument("--rate", type=int, default=10, help="tokens a second")
    options = parser.parse_args()
    bucket = BucketSize(options.size, options.rate)
    server = launch(EmulatorOptions(bucket=bucket))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    rules = tuple(rule(number) for number in range(options.rules))
    owned = {entry.id: entry.label for entry in rules}
    content = KindContent(
        ANALYTIC_RULES.name,
        rules,
        owned,
        frozenset(),
        {"Scheduled": options.rules + 100, "NRT": 50},
    )
    target = Target(SUBSCRIPTION, SUBSCRIPTION, "rg", "law-lab", parse_cloud(server.url))
    ok = True
    with ArmClient(target, collections()) as arm:
        client = LiveRules(arm)
        for what in ("first deployment", "nothing to do"):
            began = time.monotonic()
            workspace = read_workspace(client.listed(), owned)
            actions = plan_actions(content, workspace)
            planned = time.monotonic() - began
            plan = Plan("lab", target.workspace_id, TOOL, content.hash, actions)
            site = Site(client, workspace.ours, frozenset(owned))
            deployment = apply_plan({client.kind: site}, plan, Execution())
            seconds = time.monotonic() - began
            least = max(0.0, (options.rules - options.size) / options.rate)
            ok &= deployment.is_complete
            print(f"{what}: planned in {planned:.2f} s, ended in {seconds:.1f} s", end="")
            if any(action.writes for action in actions):
                print(f"; the bucket allows {least:.1f} s", end="")
                if least > 0:
                    print(f", ratio {seconds / least:.2f}", end="")
                    ok &= seconds / least <= MAX_RATIO
            print(f"; peak memory {megabytes():.0f} MB, emulator included")
    server.shutdown()
    server.server_close()
    with tempfile.TemporaryDirectory() as folder:
        ok &= change_one_rule(Path(folder), options.rules)
    with tempfile.TemporaryDirectory() as folder:
        ok &= every_kind(Path(folder), bucket)
    return 0 if ok else 1


def every_kind(folder: Path, bucket: BucketSize) -> bool:
    """Print how long a first deployment of all kinds takes; tell whether it is short enough."""
    rules, queries, lists, rows = 300, 100, 20, 500
    files = {"sentinelgen.yaml": ""}
    for number in range(rules):
        files[f"detections/area/rule-{number:04d}.yaml"] = detection_text(number)
    for number in range(queries):
        files[f"hunting/area/query-{number:04d}.yaml"] = (
            f"id: ffffffff-0000-4000-8000-{number:012d}\nname: Query {number}\nversion: 1.0.0\n"
            f"query: SigninLogs | where ResultType == '{number}'\n"
        )
    for number in range(lists):
        files[f"watchlists/list-{number:02d}.yaml"] = (
            f"alias: List{number:02d}\nname: List {number}\nkey: User\nitems: managed\n"
            f"columns: {{User: string, Why: string}}\nfile: list-{number:02d}.csv\n"
        )
        files[f"watchlists/list-{number:02d}.csv"] = "User,Why\n" + "".join(
            f"user{row}@contoso.example,because of {row}\n" for row in range(rows)
        )
    server = launch(EmulatorOptions(bucket=bucket))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    files["tenants/lab.yaml"] = tenant_text(server.url)
    for file, text in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, "utf-8")
    began = time.monotonic()
    ok = command(folder, "deploy", "--yes") == 0
    seconds = time.monotonic() - began
    least = (rules + queries + lists - bucket.size) / bucket.rate
    print(
        f"{rules} rules, {queries} hunting queries, {lists} watchlists of {rows} rows: "
        f"{seconds:.1f} s; the bucket allows {least:.1f} s, ratio {seconds / least:.2f}; "
        f"{requests_at(server.url)} requests"
    )
    began = time.monotonic()
    ok &= command(folder, "plan", "--detailed-exitcode") == 0
    print(f"plan with nothing to do: {time.monotonic() - began:.1f} s")
    server.shutdown()
    server.server_close()
    return ok and seconds / least <= MAX_MIXED_RATIO


def change_one_rule(folder: Path, rules: int) -> bool:
    """Print what a plan and a deployment of one change cost; tell whether it is little enough."""
    area = folder / "detections" / "area"
    area.mkdir(parents=True)
    (folder / "sentinelgen.yaml").write_text("", "utf-8")
    for number in range(rules):
        (area / f"rule-{number:04d}.yaml").write_text(detection_text(number), "utf-8")
    server = launch(EmulatorOptions(bucket=BucketSize(1_000_000, 1_000_000), foreign=20))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    tenant = folder / "tenants" / "lab.yaml"
    tenant.parent.mkdir()
    tenant.write_text(tenant_text(server.url), "utf-8")
    command(folder, "deploy", "--yes")
    changed = area / "rule-0007.yaml"
    changed.write_text(changed.read_text("utf-8").replace("severity: Medium", "severity: High"))
    ok = True
    for name, *options in (("plan",), ("deploy", "--yes")):
        before = requests_at(server.url)
        began = time.monotonic()
        ok &= command(folder, name, *options) == 0
        seconds = time.monotonic() - began
        count = requests_at(server.url) - before
        ok &= count <= MAX_REQUESTS
        print(f"{name} of one change among {rules}: {count} requests, {seconds:.2f} s")
    server.shutdown()
    server.server_close()
    return ok


def command(folder: Path, name: str, *options: str) -> int:
    from generator.cli.main import main as run  # noqa: PLC0415 - the last thing that is measured

    arguments = [name, "--root", str(folder), "--tenant", "lab", "--no-kql", "-q", *options]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return run(arguments)


def requests_at(url: str) -> int:
    with urllib.request.urlopen(f"{url}/_emulator/requests") as answer:  # noqa: S310 - loopback
        return sum(json.load(answer)["requests"].values())


def detection_text(number: int) -> str:
    return (
        f"id: eeeeeeee-0000-4000-8000-{number:012d}\nname: Rule {number}\n"
        f"description: Finds things, number {number}\nseverity: Medium\n"
        "requiredDataConnectors: []\nkind: Scheduled\nqueryFrequency: 1h\nqueryPeriod: 2h\n"
        "triggerOperator: gt\ntriggerThreshold: 0\ntactics: [Persistence]\n"
        f"relevantTechniques: [T1098]\nquery: SigninLogs | where ResultType == '{number}'\n"
        "version: 1.0.0\n"
    )


def tenant_text(url: str) -> str:
    return (
        f"target: {{tenantId: {SUBSCRIPTION}, subscriptionId: {SUBSCRIPTION}, "
        f"resourceGroup: rg, workspace: law-lab, cloud: '{url}'}}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
