"""Starts the emulator with `python -m generator.emulator`, for scripts that have no `sentinelgen`.

The options and everything that is printed belong to the command; nothing else may be added here.
"""

from __future__ import annotations

import sys

from generator.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["emulator", *sys.argv[1:]]))
