"""The command: one line on stdout, and one line for everything that is wrong."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import KILL_SECONDS, run


def test_one_line_names_the_address_and_a_signal_ends_it_cleanly() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "generator.emulator", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:(\d+)$", line.strip())
            assert found is not None
            assert "not Azure" in line
            socket.create_connection(("127.0.0.1", int(found[1])), timeout=KILL_SECONDS).close()
            process.send_signal(signal.SIGTERM)
            rest, errors = process.communicate(timeout=KILL_SECONDS)
        finally:
            process.kill()
    assert rest == ""
    assert "Traceback" not in errors
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--bucket", "200"), "SIZE:RATE"),
        (("--bucket", "0:10"), "SIZE is 1"),
        (("--bucket", "10:nan"), "RATE 0.001"),
        (("--port", "70000"), "65535"),
        (("--foreign", "-1"), "--foreign"),
        (("--faults", "nowhere.yaml"), "nowhere.yaml"),
        (("--db", "no/such/folder/rules.db"), "rules.db"),
        (("--host", "192.0.2.1"), "No such option"),
    ],
    ids=str,
)
def test_a_wrong_option_is_exit_2_and_one_clear_line(
    options: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    port = () if "--port" in options else ("--port", "0")
    result = run("emulator", *port, *options, folder=tmp_path)
    assert result.returncode == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_a_port_that_is_taken_is_exit_2(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("emulator", "--port", str(port), "--db", "rules.db", folder=tmp_path)
    assert result.returncode == 2
    assert f"cannot listen on port {port}" in result.stderr
