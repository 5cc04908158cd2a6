"""Caches in the content repository that only this user of this machine can have filled.

Whoever commits `.sentinelgen/` could put answers of their own there. So caches stand in a folder
whose name nobody knows without the user's key, and what they hold is sealed with it. The key stays
in the user's own cache folder; where it cannot be kept secret there is no cache.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

TOOL_FOLDER = Path(".sentinelgen", "cache")
"""Relative to the content root; `init` keeps `.sentinelgen/` out of git."""

_KEY_FILE = Path("sentinelgen", "cache.key")
_KEY_BYTES = 32
_SEAL_BYTES = hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True)
class PrivateCache:
    """A folder for caches, which need not be there yet, and what seals their entries."""

    folder: Path
    _key: bytes = field(repr=False)

    def seal(self, name: str, value: bytes) -> bytes:
        """Return a value that `unseal` gives back under the same name only."""
        return self._seal_of(name, value) + value

    def unseal(self, name: str, sealed: bytes) -> bytes | None:
        """Return the value that was sealed under this name; None for anything else."""
        seal, value = sealed[:_SEAL_BYTES], sealed[_SEAL_BYTES:]
        return value if hmac.compare_digest(seal, self._seal_of(name, value)) else None

    def _seal_of(self, name: str, value: bytes) -> bytes:
        named = hashlib.sha256(name.encode()).digest()
        return hmac.digest(self._key, named + value, "sha256")


def open_private_cache(root: Path) -> PrivateCache | None:
    """Return the cache of a content repository; None where there can be no trustworthy one."""
    try:
        real_root = root.resolve()
        key_file = _user_cache_folder() / _KEY_FILE
        if key_file.resolve().is_relative_to(real_root):
            return None  # what lies in the repository is no secret
        key = _read_key(key_file) or _new_key(key_file)
        name = hmac.new(key, b"folder\0" + os.fsencode(real_root), "sha256").hexdigest()[:32]
        folder = real_root / TOOL_FOLDER / name
        # A link would let whoever committed it choose where on the machine files are written.
        if any(path.is_symlink() for path in (*folder.parents[:2], folder)):
            return None
    except (OSError, RuntimeError, UnusableKeyError):
        return None
    return PrivateCache(folder, key)


class UnusableKeyError(Exception):
    """The file of the key is not what this module wrote, or others may read it."""


def _user_cache_folder() -> Path:
    """Return where the system keeps a user's caches. Raises RuntimeError without a home folder."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    if os.environ.get("HOME") == "":
        raise RuntimeError("HOME is empty")  # which would be taken for the root folder
    named = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG base directory specification says to ignore a relative one.
    return Path(named) if Path(named).is_absolute() else Path.home() / ".cache"


def _read_key(file: Path) -> bytes | None:
    """Return the key, or None where there is no such file. Raises OSError, UnusableKeyError."""
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(stream.fileno())
        is_ours = not hasattr(os, "geteuid") or (
            status.st_uid == os.geteuid() and not status.st_mode & 0o077
        )
        if not (is_ours and stat.S_ISREG(status.st_mode) and status.st_size == _KEY_BYTES):
            raise UnusableKeyError
        return stream.read()


def _new_key(file: Path) -> bytes:
    """Make a key; where another process was quicker, return its key."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(secrets.token_bytes(_KEY_BYTES))
        with suppress(FileExistsError):
            os.link(temporary, file)
    finally:
        temporary.unlink()
    key = _read_key(file)
    if key is None:
        raise UnusableKeyError
    return key
