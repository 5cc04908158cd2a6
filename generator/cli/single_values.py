"""An option that takes one value takes it once: the last of several never wins silently.

click keeps the last value. Where the value says whose workspace or which folder is meant, that
would be a guess; so whoever repeats such an option is asked to decide. Flags may be repeated.
"""

from __future__ import annotations

from collections import Counter

import click

_INSTEAD = {
    "--tenant": "one run is for one tenant: run the command once for each",
}


def refuse_repeated(command: click.Command, context: click.Context, arguments: list[str]) -> None:
    """Raise UsageError when the arguments of a command give a single-valued option twice.

    `context` is the command's own. Arguments that are wrong otherwise are not judged here.
    """
    try:
        _, _, order = command.make_parser(context).parse_args(list(arguments))
    except click.UsageError:
        return  # what parses the arguments in earnest says so
    # Parameters are no dictionary keys of their own in every version of click.
    given = Counter(parameter.name for parameter in order if _is_single(parameter))
    for parameter in order:
        if given[parameter.name] > 1 and _is_single(parameter):
            option = max(parameter.opts, key=len)
            instead = _INSTEAD.get(option, "which of the values is meant?")
            raise click.UsageError(f"{option} is given more than once; {instead}", context)


def _is_single(parameter: click.Parameter) -> bool:
    return (
        isinstance(parameter, click.Option)
        and not parameter.multiple
        and not parameter.is_flag
        and not parameter.count
    )
