"""How fast 512 rules go in, and how fast an unchanged workspace is planned, on the emulator.

Prints seconds, the least that the bucket allows, the ratio, and peak memory of the process.

    python benchmarks/deploy_speed.py
"""

from __future__ import annotations

import argparse
import resource
import sys
import threading
import time

from generator.deploy.apply import Execution, apply_plan
from generator.deploy.client import RuleClient
from generator.deploy.content import DesiredRule, TenantContent
from generator.deploy.plan import Plan
from generator.deploy.planning import plan_actions
from generator.deploy.tool import TOOL
from generator.deploy.workspace import read_workspace
from generator.emulator.launch import EmulatorOptions, launch
from generator.emulator.throttling import BucketSize
from generator.tenants.cloud import parse_cloud
from generator.tenants.tenant import Target

SUBSCRIPTION = "00000000-0000-0000-0000-000000000002"


def rule(number: int) -> DesiredRule:
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
    return DesiredRule(f"dddddddd-0000-4000-8000-{number:012d}", f"area/{number:04d}", body)


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
    owned = {entry.id: entry.detection for entry in rules}
    content = TenantContent(
        rules, owned, frozenset(), {"Scheduled": options.rules + 100, "NRT": 50}
    )
    target = Target(SUBSCRIPTION, SUBSCRIPTION, "rg", "law-lab", parse_cloud(server.url))
    ok = True
    with RuleClient(target) as client:
        for what in ("first deployment", "nothing to do"):
            began = time.monotonic()
            workspace = read_workspace(client.rules(), owned)
            actions = plan_actions(content, workspace)
            planned = time.monotonic() - began
            plan = Plan("lab", target.workspace_id, TOOL, content.hash, actions)
            deployment = apply_plan(client, plan, workspace.ours, Execution(owned=frozenset(owned)))
            seconds = time.monotonic() - began
            least = max(0.0, (options.rules - options.size) / options.rate)
            ok &= deployment.is_complete
            print(f"{what}: planned in {planned:.2f} s, ended in {seconds:.1f} s", end="")
            if any(action.writes for action in actions):
                print(f"; the bucket allows {least:.1f} s, ratio {seconds / least:.2f}", end="")
            print(f"; peak memory {megabytes():.0f} MB, emulator included")
    server.shutdown()
    server.server_close()
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
