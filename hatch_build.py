"""Put Microsoft's KQL language service into the wheel at build time.

The two JavaScript files come out of one npm tarball at a pinned version: one that lies beside the
source tree, that `SENTINELGEN_KQL_BUNDLE` names, or that npm fetches. It is checked against its
published sha512 and unpacked into a git-ignored folder that the wheel ships; the files are never
part of the source tree's history. `SENTINELGEN_SKIP_KQL=1` builds without them.
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

from npm_pack import NpmError, pack

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
BUNDLE = Path("generator", "kql_service", "bundle")
TARBALL = f"kusto-language-service-next-{VERSION}.tgz"
"""The name that npm gives to the tarball."""

SKIP = "SENTINELGEN_SKIP_KQL"
TARBALL_SETTING = "SENTINELGEN_KQL_BUNDLE"
WITHOUT_KQL = "+nokql"
"""The local part of the version of a wheel without the service."""


class BundleError(RuntimeError):
    """The language service could not be fetched, or is not the one that was pinned."""


class KqlServiceHook(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling's `custom` build hook."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Make sure that the bundle is there and is the pinned one, or that it is not wanted."""
        folder = Path(self.root) / BUNDLE
        if is_kql_skipped():
            if not self.metadata.version.endswith(WITHOUT_KQL):
                raise BundleError(
                    f"{SKIP} is set, but the wheel would have the version of a whole one. Build it "
                    "by a front end that calls the build backend, such as pip."
                )
            self.app.display_info(f"{SKIP} is set: building without the KQL language service")
            return
        if not is_complete(folder):
            fetch(folder, Path(self.root))
        # Git ignores the folder, so only naming the files makes the wheel take them. Named here and
        # not in pyproject.toml, a bundle of an earlier build stays out of a wheel that wants none.
        build_data["artifacts"] += [(BUNDLE / name).as_posix() for name in FILES]


def is_kql_skipped() -> bool:
    """Say whether the wheel is to be built without the service."""
    return os.environ.get(SKIP, "") not in {"", "0"}


def is_complete(folder: Path) -> bool:
    """Say whether all files are there with the pinned content."""
    return all(
        (folder / name).is_file() and _sha256((folder / name).read_bytes()) == expected
        for name, expected in FILES.items()
    )


def fetch(folder: Path, root: Path) -> None:
    """Find or download, check and unpack the service into `folder`; raises BundleError.

    `root` is the source tree: a tarball in it, or in the folder that holds it, is taken.
    """
    with tempfile.TemporaryDirectory() as download:
        tarball = _tarball_at_hand(root) or _download(Path(download))
        digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
        if digest != TARBALL_SHA512:
            raise BundleError(
                f"{tarball} is not the pinned package {PACKAGE}@{VERSION}: its sha512 is {digest}, "
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


def _tarball_at_hand(root: Path) -> Path | None:
    named = os.environ.get(TARBALL_SETTING, "")
    if named:
        tarball = Path(named)
        # A build runs in a folder of the front end's choice, so a relative path means nothing here.
        if not tarball.is_absolute():
            raise BundleError(f"{TARBALL_SETTING} must be an absolute path, not {named!r}")
        if not tarball.is_file():
            raise BundleError(f"{TARBALL_SETTING} names {named!r}, which is no file")
        return tarball
    beside = (root / TARBALL, root.parent / TARBALL)
    return next((tarball for tarball in beside if tarball.is_file()), None)


def _download(directory: Path) -> Path:
    try:
        return pack(f"{PACKAGE}@{VERSION}", directory)
    except NpmError as error:
        raise BundleError(
            f"{error}\nThe build needs the npm registry, or a mirror that the user's .npmrc or "
            f"NPM_CONFIG_REGISTRY names, for Microsoft's KQL language service. Without a network, "
            f"put {TARBALL} beside the source tree or name it in {TARBALL_SETTING}; "
            f"{SKIP}=1 installs without KQL analysis."
        ) from error


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
