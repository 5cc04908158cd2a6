"""A number that is none would switch a limit off: no comparison with it ever holds."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import click
import pytest

from generator.cli.group import COMMANDS


def numeric_options() -> Iterator[tuple[str, click.Parameter]]:
    for name in COMMANDS:
        command = importlib.import_module(f"generator.cli.commands.{name}").command
        for option in command.params:
            if isinstance(option.type, click.types.FloatParamType | click.types.IntParamType):
                yield f"{name} {option.name}", option


OPTIONS = dict(numeric_options())


def test_the_limits_of_a_deployment_are_among_them() -> None:
    assert {"plan max_change_percent", "deploy max_change_percent", "rollback max_deletes"} <= set(
        OPTIONS
    )


@pytest.mark.parametrize("text", ["nan", "NaN", "-nan", "inf", "-inf", "1e999", "-1", "9" * 5000])
@pytest.mark.parametrize("name", OPTIONS)
def test_no_option_takes_what_is_no_number_or_no_limit(name: str, text: str) -> None:
    option = OPTIONS[name]
    with pytest.raises(click.BadParameter):
        option.type.convert(text, option, None)
