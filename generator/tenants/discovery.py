"""Which files below `tenants/` are tenants, and which only look like it.

Looks at names and file types only; no file is opened here. A tenant that nobody can name is one
that nobody deploys to, so no YAML file is passed over in silence.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from generator.disk.links import folder_problem, link_problem
from generator.disk.text_files import UNREADABLE_FILE
from generator.findings import Code, InFile, Problem, Severity
from generator.text.near_names import did_you_mean

FOLDER = "tenants"

MISNAMED_FILE = Code(
    "SG702",
    summary="Tenant file that cannot be named",
    explanation=(
        "`--tenant NAME` reads tenants/NAME.yaml, where NAME holds letters, digits, - and _ only, "
        "and names that differ only in case would be one file on some machines. A hidden file, "
        "one in a folder below tenants/ and one with another ending are never used either: "
        "rename, move or remove it. What is only kept there lies in a folder whose name begins "
        "with _, which is not looked at."
    ),
    severity=Severity.ERROR,
    source="Our own format, docs/deployment.md.",
    waivable=False,
)

_NAME = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_SUFFIX = ".yaml"
_YAML_SUFFIXES = (".yaml", ".yml")
_UNNAMED = "no command can name this file, so it is never used"
_IN_A_FOLDER = f"this file lies in a folder of {FOLDER}/, so it is never used"


def is_tenant_name(name: str) -> bool:
    """Tell whether a tenant can have this name."""
    return _NAME.fullmatch(name) is not None


def tenant_file(name: str) -> str:
    """Return the file of a tenant of this name, relative to the content root."""
    return f"{FOLDER}/{name}{_SUFFIX}"


def discover_tenants(root: Path) -> Iterator[str | Problem]:
    """Yield the names of the tenants in their order, and what looks like a tenant and is none.

    There need be no `tenants/`.
    """
    real_root = root.resolve()
    if problem := folder_problem(root / FOLDER, FOLDER, real_root):
        yield problem
        return
    seen: dict[str, str] = {}
    for found in _entries(root / FOLDER, FOLDER):
        if isinstance(found, Problem):
            yield found
            continue
        path, file = found
        name = file.removeprefix(f"{FOLDER}/")
        if not _is_yaml(name):
            yield from _strays(path, file, real_root)
            continue
        stem = name.removesuffix(_SUFFIX)
        if stem == name or not is_tenant_name(stem):
            yield _misnamed(file, _UNNAMED)
        elif (twin := seen.setdefault(stem.casefold(), name)) != name:
            yield _misnamed(file, f"only case tells this file from {twin}")
        else:
            yield stem


def near_tenant(root: Path, name: str) -> str:
    """Return what to add to the message that there is no tenant of this name."""
    found = list(discover_tenants(root))
    strays = [item for item in found if isinstance(item, Problem) and item.code == MISNAMED_FILE]
    for stray in strays:
        file = stray.place.file if isinstance(stray.place, InFile) else ""
        if Path(file).stem.lstrip(".").casefold() == name.casefold():
            return f"; {file}: {stray.message}"
    names = [item for item in found if isinstance(item, str)]
    return did_you_mean(name, names) or (f"; there are {', '.join(names)}" if names else "")


_Entry = tuple[Path, str]


def _strays(path: Path, file: str, real_root: Path) -> Iterator[Problem]:
    """Yield the YAML files below a folder, at any depth: none of them is read."""
    pending = [(path, file)]
    while pending:
        path, file = pending.pop()
        try:
            is_folder = path.is_dir()
        except OSError as error:
            yield _unreadable(file, f"the file cannot be read: {error.strerror}")
            continue
        if path.name.startswith("_") or not is_folder:
            continue
        if problem := link_problem(path, file, real_root):
            yield problem
            continue
        for found in _entries(path, file):
            if isinstance(found, Problem):
                yield found
            elif _is_yaml(found[1]):
                yield _misnamed(found[1], _IN_A_FOLDER)
            else:
                pending.append(found)


def _entries(folder: Path, relative: str) -> Iterator[_Entry | Problem]:
    """Yield what is in a folder with its name from the root, in the order of the names."""
    try:
        names = sorted(os.fsencode(entry.name) for entry in os.scandir(folder))
    except FileNotFoundError:
        return
    except OSError as error:
        yield _unreadable(relative, f"the folder cannot be read: {error.strerror}")
        return
    for raw in names:
        # A name that is no UTF-8 could not be printed; its bytes are shown instead.
        shown = raw.decode("utf-8", "backslashreplace")
        yield folder / os.fsdecode(raw), f"{relative}/{shown}"


def _is_yaml(name: str) -> bool:
    return name.lower().endswith(_YAML_SUFFIXES)


def _misnamed(file: str, message: str) -> Problem:
    help_ = f"a tenant is {FOLDER}/NAME{_SUFFIX} with letters, digits, - and _ in NAME"
    return Problem(MISNAMED_FILE, message, InFile(file), help_)


def _unreadable(file: str, message: str) -> Problem:
    return Problem(UNREADABLE_FILE, message, InFile(file))
