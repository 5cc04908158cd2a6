"""How long each bad input of the tests takes: `validate` with every check, one process each.

    python benchmarks/bad_input.py [WORD]

Exit code 1 when one takes more than two seconds. WORD picks the inputs whose names hold it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measuring import REPOSITORY, SENTINELGEN, measure

sys.path.insert(0, str(REPOSITORY))

from tests.cli.bad_inputs import BAD_INPUTS, write
from tests.cli.commands import without_rights

REACH_SECONDS = 2.0


def main() -> int:
    slow = 0
    print(f"{'seconds':>8} {'cpu':>6} {'MB':>5} {'exit':>4}  input")
    for case in BAD_INPUTS:
        if not all(word in case.name for word in sys.argv[1:]):
            continue
        # A folder of the machine's own file system: the inputs hold links and pipes.
        with tempfile.TemporaryDirectory() as made:
            root = Path(made, "content")
            write(root, "sentinelgen.yaml", "")
            case.prepare(root)
            home = {"HOME": made, "XDG_CACHE_HOME": f"{made}/cache", "CI": ""}
            command = (*SENTINELGEN, "validate", *case.arguments)
            if case.as_other_user:
                command = (*without_rights(), *command)
            run = measure(*command, folder=root, variables=home)
            for folder in root.rglob("*"):
                if not folder.is_symlink():
                    folder.chmod(0o700)
        slow += run.seconds > REACH_SECONDS
        print(
            f"{run.seconds:8.2f} {run.cpu_seconds:6.2f} {run.megabytes:5.0f} {run.exit_code:4}"
            f"  {case.name}"
        )
    print(f"{slow} took more than {REACH_SECONDS:.0f} s")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
