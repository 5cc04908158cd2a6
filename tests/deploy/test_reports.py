"""However a run ends, its report says so; a good one from before never stays."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.cli import execution, report_file
from generator.cli.exit_codes import CommandError
from generator.cli.report_file import begin_report, write_report
from tests.cli.commands import KILL_SECONDS
from tests.deploy.conftest import Lab
from tests.deploy.hostile import Reply, hostile_service
from tests.deploy.test_commands import IDS, Site, ours, site_at

OLD = {"tenant": "lab", "workspaceId": "/w", "snapshot": None, "results": [], "exitCode": 0}
NO_FAULTS: list[dict[str, Any]] = []


def report_of(site: Site) -> Path:
    path = site.root / "report.json"
    path.write_text(json.dumps(OLD), "utf-8")
    return path


def read(path: Path) -> dict[str, Any]:
    document = json.loads(path.read_text("utf-8"))
    assert list(document) in ([*OLD], [*OLD, "error"])
    assert ("error" in document) <= (document["exitCode"] != 0)
    assert isinstance(document, dict)
    return document


def break_content(site: Site) -> None:
    site.edit_detection(0, "severity: Medium", "severity: Enormous")


def lose_tenant(site: Site) -> None:
    (site.root / "tenants/lab.yaml").unlink()


def block_snapshots(site: Site) -> None:
    (site.root / ".sentinelgen").write_text("in the way", "utf-8")


def leave(_site: Site) -> None:
    pass


@pytest.mark.parametrize(
    ("prepare", "faults", "code", "planned"),
    [
        (break_content, NO_FAULTS, 1, 0),
        (lose_tenant, NO_FAULTS, 2, 0),
        (block_snapshots, NO_FAULTS, 3, 3),
        (leave, [{"on": "GET *", "status": 403}], 3, 0),
        (leave, [{"on": "GET *", "status": 404}], 3, 0),
        (leave, [{"on": "PUT *", "status": 403}], 3, 3),
    ],
    ids=["content", "tenant", "snapshot", "forbidden list", "no workspace", "forbidden writes"],
)
def test_whatever_stands_in_the_way_is_in_the_report(
    make_lab: Callable[..., Lab],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    prepare: Callable[[Site], None],
    faults: list[dict[str, Any]],
    code: int,
    planned: int,
) -> None:
    site = site_at(make_lab(faults=faults or None), tmp_path / "content", capsys)
    report = report_of(site)
    prepare(site)
    assert site.run("deploy", "--report", str(report)) == code
    document = read(report)
    assert document["exitCode"] == code
    assert len(document["results"]) == planned
    for result in document["results"]:
        assert result["outcome"] in {"not-attempted", "failed"}
        assert result["error"]
    if not faults or not faults[0]["on"].startswith("GET"):
        assert ours(site.portal) == {}


def test_a_wrong_invocation_and_a_missing_answer_are_in_the_report(lab: Lab, site: Site) -> None:
    report = report_of(site)
    assert site.run("deploy", "--plan", "x.json", "--prune", "--report", str(report)) == 2
    assert read(report)["exitCode"] == 2
    report = report_of(site)
    assert site.run("rollback", "nowhere.json", "--report", str(report)) == 2
    assert read(report)["exitCode"] == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("--max-deletes", "many"),
        ("--no-such-option",),
        ("--tenant", "other"),
        ("--concurrency", "99"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("form", ["--report {0}", "--report={0}"])
def test_a_command_line_that_is_not_understood_leaves_no_good_report(
    site: Site, arguments: tuple[str, ...], form: str
) -> None:
    report = report_of(site)
    assert site.run("deploy", *form.format(report).split(" "), *arguments) == 2
    assert read(report)["exitCode"] == 2


@pytest.fixture
def site(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Site:
    return site_at(lab, tmp_path / "content", capsys)


def test_the_report_is_there_before_anything_is_attempted(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = report_of(site)
    seen: list[dict[str, Any]] = []
    apply_plan = execution.apply_plan

    def looking(*arguments: Any) -> Any:
        seen.append(read(report))
        return apply_plan(*arguments)

    monkeypatch.setattr(execution, "apply_plan", looking)
    assert site.run("deploy", "--report", str(report)) == 0
    (before,) = seen
    assert before["exitCode"] == 3
    assert {result["outcome"] for result in before["results"]} == {"not-attempted"}
    assert read(report)["exitCode"] == 0


def test_a_defect_while_rules_are_written_keeps_what_is_known_of_them(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = report_of(site)

    def broken(*_arguments: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("generator.deploy.apply.verify", broken)
    monkeypatch.delenv("SENTINELGEN_DEBUG", raising=False)
    assert site.run("deploy", "--report", str(report)) == 2
    document = read(report)
    assert document["exitCode"] == 2
    assert [result["outcome"] for result in document["results"]] == ["done"] * 3


def test_a_report_does_not_replace_what_is_read(site: Site) -> None:
    plan = site.root / "plan.json"
    assert site.run("plan", "--out", str(plan)) == 0
    text = plan.read_text("utf-8")
    assert site.run("deploy", "--plan", str(plan), "--report", str(plan)) == 2
    assert plan.read_text("utf-8") == text


def test_a_report_that_cannot_be_written_ends_the_run_before_it_begins(site: Site) -> None:
    place = site.root / "file"
    place.write_text("", "utf-8")
    assert site.run("deploy", "--report", str(place / "report.json")) == 2
    assert ours(site.portal) == {}


def command(site: Site, report: Path) -> list[str]:
    arguments = ["--root", str(site.root), "--tenant", "lab", "--no-kql", "--yes"]
    entry = "import sys; from generator.cli.main import run; run()"
    return [sys.executable, "-c", entry, "deploy", *arguments, "--report", str(report)]


@pytest.mark.parametrize("streams", ["stdout", "both"])
def test_a_reader_that_goes_away_ends_nothing(site: Site, streams: str) -> None:
    report = report_of(site)
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = subprocess.run(
            command(site, report),
            stdout=writing,
            stderr=writing if streams == "both" else subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=KILL_SECONDS,
        )
    finally:
        os.close(writing)
    assert ended.returncode == 0
    document = read(report)
    assert document["exitCode"] == 0
    assert [result["outcome"] for result in document["results"]] == ["done"] * 3
    assert set(ours(site.portal)) == set(IDS)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_while_it_plans_is_a_stop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lab: Lab, number: signal.Signals
) -> None:
    site = site_at(lab, tmp_path / "content", capsys)
    report = report_of(site)

    def answer(_method: str, _path: str) -> Reply:
        os.kill(os.getpid(), number)
        time.sleep(0.2)
        return Reply(body=b'{"value": []}')

    with hostile_service(answer) as seen:
        tenant = site.root / "tenants/lab.yaml"
        document = yaml.safe_load(tenant.read_text("utf-8"))
        document["target"]["cloud"] = seen.url
        tenant.write_text(yaml.safe_dump(document), "utf-8")
        # Whoever runs tests in the background has had it ignored.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            assert site.run("deploy", "--report", str(report)) == 128 + number
        finally:
            signal.signal(signal.SIGINT, before)
        assert {method for method, _path, _headers in seen.requests} == {"GET"}
    assert read(report)["exitCode"] == 128 + number
    assert read(report)["error"] == "stopped by the user"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals there")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize(
    "module",
    [
        "generator.cli.stopping",
        "generator.cli.report_file",
        "generator.cli.group",
        "generator.cli.execution",
    ],
)
def test_a_signal_before_the_command_has_begun_is_a_stop(
    tmp_path: Path, number: signal.Signals, module: str
) -> None:
    """The signal comes while a module is loaded; an earlier report never outlives it."""
    path = tmp_path / "report.json"
    path.write_text(json.dumps(OLD), "utf-8")
    code = (
        "import builtins, os, signal, sys\n"
        "from generator.cli.main import main\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == {module!r} and sys.meta_path[0] is self:\n"
        "            del sys.meta_path[0]\n"
        f"            os.kill(os.getpid(), {int(number)})\n"
        "sys.meta_path.insert(0, Finder())\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, "deploy", "--tenant", "lab", "--yes", "--report", str(path)],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=KILL_SECONDS,
    )
    if module == "generator.cli.stopping" and number is not signal.SIGINT:
        # Nothing of ours has begun, so the process ends as any other does.
        assert ended.returncode == -number
        return
    assert (ended.returncode, ended.stderr.strip()) == (128 + number, "Stopped.")
    assert read(path)["exitCode"] == 128 + number


def test_an_earlier_report_is_gone_before_a_command_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(OLD), "utf-8")
    begin_report(["deploy", "--tenant", "lab", "--report", str(path)])
    assert read(path)["exitCode"] == 2
    assert read(path)["error"] == "the run ended before the command began"


@pytest.mark.parametrize(
    "arguments", [("deploy", "--help"), ("plan",), ("snapshot",)], ids=["help", "plan", "snapshot"]
)
def test_a_command_that_deploys_nothing_leaves_a_report_alone(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(OLD), "utf-8")
    begin_report([*arguments, "--report", str(path)])
    assert read(path) == OLD


def test_what_is_no_report_is_not_replaced_before_a_command_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text('{"events": []}', "utf-8")
    begin_report(["deploy", f"--report={path}"])
    assert path.read_text("utf-8") == '{"events": []}'


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
def test_an_earlier_report_does_not_outlive_one_that_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(OLD), "utf-8")
    code = (
        "import resource, signal, sys\n"
        "from generator.cli.main import main\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, "deploy", "--tenant", "lab", "--yes", "--report", str(path)],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=KILL_SECONDS,
    )
    assert ended.returncode != 0
    assert "the report cannot be written" in ended.stderr
    assert not path.exists()


def test_an_earlier_report_in_a_folder_that_cannot_be_written_is_emptied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(OLD), "utf-8")

    def read_only(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(report_file, "write_atomically", read_only)
    monkeypatch.setattr(Path, "unlink", read_only)
    with pytest.raises(CommandError, match="cannot be written"):
        write_report(path, OLD)
    assert path.read_bytes() == b""
