"""`python -m generator` is the `sentinelgen` command."""

from generator.cli.main import run

run()
