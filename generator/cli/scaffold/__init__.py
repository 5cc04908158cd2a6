"""The files that `init` and `new` write, kept as files that a person can open.

`@NAME@` marks are filled in; nothing else is interpreted.
"""

from __future__ import annotations

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import Literal

from generator.catalog.placeholders import OPERATION, TEXT, TITLE

Form = Literal["detection", "example"]

_RENAMED = {"gitignore": ".gitignore", "gitattributes": ".gitattributes"}
"""Files that tools of our own repository would act on if they had their real name here."""


def content_files() -> dict[str, str]:
    """Return the files of a new content repository: relative path with `/` to text."""
    found: dict[str, str] = {}
    _collect(files(__package__) / "content", PurePosixPath(), found)
    return dict(sorted(found.items()))


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


def _fill(text: str, marks: dict[str, str]) -> str:
    return re.sub(r"@([A-Z]+)@", lambda mark: marks[mark[1]], text)
