"""The files that `init` and `new` write, kept as files that a person can open.

`@NAME@` marks are filled in; nothing else is interpreted.
"""

from __future__ import annotations

import json
import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import Literal

from generator.catalog.placeholders import OPERATION, TEXT, TITLE
from generator.catalog.seat import SUFFIX, TESTS_SUFFIX, Seat
from generator.kinds import seats

Form = Literal["detection", "example"]

_EDITOR = ".vscode/settings.json"

_RENAMED = {"gitignore": ".gitignore", "gitattributes": ".gitattributes"}
"""Files that tools of our own repository would act on if they had their real name here."""


def content_files() -> dict[str, str]:
    """Return the files of a new content repository: relative path with `/` to text."""
    found: dict[str, str] = {}
    _collect(files(__package__) / "content", PurePosixPath(), found)
    found[_EDITOR] = found[_EDITOR].replace('"@GLOBS@"', _schema_globs())
    return dict(sorted(found.items()))


def _schema_globs() -> str:
    """Return which files an editor checks by which schema, as a JSON object of two levels."""
    globs = {
        f".sentinelgen/{seat.what.replace(' ', '-')}.schema.json": [
            f"{seat.folder}/*/**/*{SUFFIX}" if seat.areas else f"{seat.folder}/*{SUFFIX}",
            f"!**/*{TESTS_SUFFIX}",
        ]
        for seat in seats()
    }
    tests = [f"{seat.folder}/**/*{TESTS_SUFFIX}" for seat in seats() if seat.tested]
    globs[".sentinelgen/tests.schema.json"] = tests
    lines = [f"    {json.dumps(file)}: {json.dumps(found)}" for file, found in globs.items()]
    return "{\n" + ",\n".join(lines) + "\n  }"


def _collect(folder: Traversable, at: PurePosixPath, found: dict[str, str]) -> None:
    for entry in folder.iterdir():
        if entry.is_dir():
            _collect(entry, at / entry.name, found)
        else:
            path = at / _RENAMED.get(entry.name, entry.name)
            found[str(path)] = entry.read_text("utf-8")


def detection_files(form: Form, slug: str, rule_id: str, name: str) -> dict[str, str]:
    """Return the files of a new detection: relative path with `/` to text.

    `form` is `detection`, one to begin with whose placeholders a check finds, or `example`, one
    that is finished. `slug` is AREA/SLUG, `rule_id` a GUID, `name` a display name that is plain in
    YAML.
    """
    depth = slug.count("/") + 1
    marks = {"SCHEMAS": "../" * depth + ".sentinelgen"}
    marks |= {"TEXT": TEXT, "TITLE": TITLE, "OPERATION": OPERATION}
    marks |= {"ID": rule_id, "NAME": name}
    folder = files(__package__)
    return {
        f"detections/{slug}{ending}": _fill((folder / f"{form}{ending}").read_text("utf-8"), marks)
        for ending in (".yaml", ".tests.yaml")
    }


def document_files(seat: Seat, slug: str, id_: str, name: str) -> dict[str, str]:
    """Return the files of a new document of a kind that keeps its own scaffold beside its schema.

    `slug` is what it will be called, `id_` a fresh GUID, `name` a name that is plain in YAML.
    """
    path = seat.file(slug)
    marks = {"SCHEMAS": "../" * path.count("/") + ".sentinelgen", "ID": id_, "NAME": name}
    marks |= {"TEXT": TEXT, "TITLE": TITLE, "OPERATION": OPERATION}
    words = re.split(r"[^A-Za-z0-9]+", slug.rpartition("/")[2])
    marks["ALIAS"] = "".join(word[:1].upper() + word[1:] for word in words)
    folder = files(seat.schema_package)
    made = {path: _fill((folder / "new.yaml").read_text("utf-8"), marks)}
    if seat.tested:
        tests = f"{path.removesuffix(SUFFIX)}{TESTS_SUFFIX}"
        made[tests] = _fill((folder / "new.tests.yaml").read_text("utf-8"), marks)
    return made


def _fill(text: str, marks: dict[str, str]) -> str:
    return re.sub(r"@([A-Z]+)@", lambda mark: marks[mark[1]], text)
