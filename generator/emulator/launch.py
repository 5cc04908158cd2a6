"""Puts an emulator together from its options and binds it to the loopback interface.

The command line and the tests both start it from here.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from generator.emulator.alert_rules import AlertRulesApi
from generator.emulator.fault_file import load_faults
from generator.emulator.faults import FaultSchedule
from generator.emulator.fresh_workspace import DEFAULT_PAGE_SIZE, ApiSettings
from generator.emulator.front_door import FrontDoor, Handler
from generator.emulator.saved_searches import SavedSearchesApi
from generator.emulator.server import EmulatorServer
from generator.emulator.store import Store
from generator.emulator.throttling import Buckets, BucketSize, bucket_sizes
from generator.emulator.watchlists import WatchlistsApi


@dataclass(frozen=True, slots=True)
class EmulatorOptions:
    """What the options say. No `db` keeps rules in memory; no `bucket` means the documented one."""

    port: int = 0
    db: Path | None = None
    bucket: BucketSize | None = None
    foreign: int = 0
    faults: Path | None = None
    page_size: int = DEFAULT_PAGE_SIZE


def launch(options: EmulatorOptions) -> EmulatorServer:
    """Return a server that accepts connections; `serve_forever` answers them.

    Raises FaultFileError, StoreError, or OSError where the port is taken.
    """
    faults = FaultSchedule(load_faults(options.faults) if options.faults else ())
    store = Store(str(options.db) if options.db else None, keep=faults.longest_lag)
    settings = ApiSettings(
        now=lambda: datetime.now(UTC), foreign=options.foreign, page_size=options.page_size
    )
    buckets = Buckets(bucket_sizes(options.bucket), time.monotonic)
    handlers: list[Handler] = [
        AlertRulesApi(store, settings),
        SavedSearchesApi(store, settings),
        WatchlistsApi(store, settings),
    ]
    front_door = FrontDoor(handlers, buckets, faults)
    return EmulatorServer(front_door, options.port, on_close=store.close)
