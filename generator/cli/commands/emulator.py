"""`sentinelgen emulator`: the local alert-rules API, and where it listens."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import click

from generator.cli.exit_codes import CLEAN, CommandError
from generator.cli.options import OutputFile, settings_of, shared_options
from generator.disk.destinations import DATABASE


class _BucketType(click.ParamType[Any]):
    name = "SIZE:RATE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, float]:
        size_text, _, rate_text = str(value).partition(":")
        try:
            size, rate = int(size_text), float(rate_text)
        except ValueError:
            self.fail(f"{value!r} is not SIZE:RATE, for example 200:10", param, ctx)
        if not 1 <= size <= 1_000_000 or not 0.001 <= rate <= 1_000_000:
            self.fail(f"{value!r}: SIZE is 1 to 1000000, RATE 0.001 to 1000000", param, ctx)
        return size, rate


@click.command(
    short_help="Run a local alert-rules API to rehearse on.",
    epilog="Example: sentinelgen emulator --port 8443 --foreign 20",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8443,
    show_default=True,
    help="Port on 127.0.0.1; 0 takes a free one.",
)
@click.option(
    "--db",
    type=OutputFile(DATABASE),
    metavar="FILE",
    help="Keep the rules in this SQLite file instead of memory.",
)
@click.option(
    "--bucket",
    type=_BucketType(),
    help="Writes and deletes that a full bucket holds, and how many a second flow in "
    "(default: 200:10). Reads never get less than 250:25.",
)
@click.option(
    "--foreign",
    type=click.IntRange(0, 100_000),
    default=0,
    metavar="N",
    help="Further rules of somebody else in every fresh workspace.",
)
@click.option(
    "--faults",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="YAML list of faults to answer with.",
)
@click.option(
    "--page-size",
    type=click.IntRange(1, 10_000),
    default=100,
    show_default=True,
    metavar="N",
    help="Rules in one page of the list.",
)
@shared_options
@click.pass_context
def command(
    context: click.Context,
    /,
    *,
    port: int,
    db: Path | None,
    bucket: tuple[int, float] | None,
    foreign: int,
    faults: Path | None,
    page_size: int,
    **_shared: object,
) -> int:
    """Run a local Sentinel alert-rules API to rehearse on. It is not Azure.

    It listens on 127.0.0.1 only, needs no login, and holds the rules of as many workspaces as are
    asked for. GET /_emulator/requests and /_emulator/faults count what happened.

    \b
    A faults file is a list; each fault has one effect:
      - {on: "PUT *", times: 2, status: 500}           the first two writes
      - {on: "GET *", share: 0.1, latencyMs: 500}      a tenth of the reads
      - {on: "PUT */alertRules/ID", drop: after}       written, but never answered
      - {on: "GET alertRules", times: 1, staleList: true}
      - {on: "GET alertRules", listLagSeconds: 5}      lists show the state of 5 s ago
      - {on: "GET alertRules", repeatItems: 2}         a page repeats items of the one before
      - {on: "PUT *", times: 1, answerLateMs: 20000}   written first, answered late
      - {on: "PUT *", recentlyDeleted: 3}              409 for 3 writes after a deletion
      - {on: "PUT *", uniqueNames: true}               409 for a display name that is taken
      - {on: "PUT *", times: 3, status: 429, retryAfter: {date: 2}}
    retryAfter is one of seconds, date (seconds from now), ms, xms, text, none.
    """
    from generator.cli.console import result, say  # noqa: PLC0415 - start-up time
    from generator.emulator.fault_file import FaultFileError  # noqa: PLC0415 - start-up time
    from generator.emulator.launch import EmulatorOptions, launch  # noqa: PLC0415 - start-up time
    from generator.emulator.store import StoreError  # noqa: PLC0415 - start-up time
    from generator.emulator.throttling import BucketSize  # noqa: PLC0415 - start-up time

    size = BucketSize(*bucket) if bucket else None
    try:
        server = launch(EmulatorOptions(port, db, size, foreign, faults, page_size))
    except (FaultFileError, StoreError) as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"cannot listen on port {port}: {error.strerror}") from error
    # A terminated emulator closes its database like one that Ctrl-C stops.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        result(f"Sentinel alert-rules emulator (not Azure) listening on {server.url}")
        server.serve_forever()
    except KeyboardInterrupt:
        say("Emulator stopped.", quiet=settings_of(context).quiet)
    finally:
        server.server_close()
    return CLEAN
