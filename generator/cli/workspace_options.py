"""The options that the commands against a workspace share; importing nothing slow."""

from __future__ import annotations

import math
from typing import Any

import click

from generator.cli.options import Command, OutputFile, with_options
from generator.disk.destinations import REPORT


class _Percent(click.FloatRange):
    """From 0 to 100. `nan` lies in every range for click, and no share would ever exceed it."""

    def __init__(self) -> None:
        super().__init__(0, 100)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is no number from 0 to 100", param, ctx)
        return number


def tenant_options(command: Command) -> Command:
    """Add `--tenant`, `--kind` and `--verbose`."""
    return with_options(
        command,
        click.option(
            "--kind",
            "kinds",
            metavar="KIND",
            multiple=True,
            help="Only this kind of content, such as hunting-query; may be given several times.",
        ),
        click.option(
            "--tenant",
            "tenant_name",
            metavar="NAME",
            required=True,
            help="The target: tenants/NAME.yaml.",
        ),
        click.option(
            "--verbose",
            "-v",
            is_flag=True,
            help="Log requests to stderr, without bodies or secrets.",
        ),
    )


def exception_options(command: Command) -> Command:
    """Add `--prune`, `--recreate`, `--reenable` and `--adopt`."""
    return with_options(
        command,
        click.option(
            "--prune", is_flag=True, help="Delete our rules that are retired or not selected here."
        ),
        click.option(
            "--recreate",
            metavar="ID",
            multiple=True,
            help="Delete and create this rule, because its kind changes.",
        ),
        click.option(
            "--reenable",
            metavar="ID",
            multiple=True,
            help="Enable this rule, which Sentinel or somebody outside has switched off.",
        ),
        click.option(
            "--adopt",
            metavar="NAME",
            multiple=True,
            help="Take over what is live under this name, which somebody else may have made.",
        ),
    )


def limit_options(command: Command) -> Command:
    """Add how much one deployment may change."""
    return with_options(
        command,
        click.option(
            "--max-deletes",
            type=click.IntRange(min=0),
            default=10,
            show_default=True,
            help="Refuse a plan that deletes more rules.",
        ),
        click.option(
            "--max-change-percent",
            type=_Percent(),
            default=50,
            show_default=True,
            help="Refuse a plan that updates or deletes a larger share of our live rules "
            "(from 10 live rules upward).",
        ),
    )


def execution_options(command: Command) -> Command:
    """Add what deploy and rollback take: limits, confirmation, speed and report."""
    return with_options(
        command,
        click.option("--yes", "-y", is_flag=True, help="Do not ask; required without a terminal."),
        limit_options,
        click.option(
            "--concurrency",
            type=click.IntRange(1, 8),
            default=8,
            show_default=True,
            help="Writes under way at once.",
        ),
        click.option(
            "--report",
            metavar="FILE",
            type=OutputFile(REPORT),
            help="Write what became of each rule as JSON.",
        ),
    )
