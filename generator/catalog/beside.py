"""What a document may be made of besides itself: files of the repository, and a tenant's own part.

Read only through here, so that no name in a document leads out of the content repository.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from generator.disk.text_files import UNREADABLE_FILE, read_content
from generator.findings import InFile, Problem
from generator.text.source_text import SourceText


@dataclass(frozen=True, slots=True)
class Beside:
    """The files below a content root, and what a tenant's file says of single documents.

    `tenant` is by the folder of their kind and by their id; `tenant_file` is where that stands,
    None where no tenant is meant.
    """

    root: Path
    tenant: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tenant_file: str | None = None

    @classmethod
    def nothing(cls) -> Self:
        """Return that there is nothing to read, such as for a text that stands alone."""
        return cls(Path(os.devnull))

    def said_of(self, folder: str, id_: str) -> Any:
        """Return what the tenant says of a document, None where it says nothing."""
        said = self.tenant.get(folder, {})
        return next((said[key] for key in said if key.casefold() == id_.casefold()), None)

    def read(self, file: str, name: str) -> SourceText | Problem:
        """Return the text of a file that another one names, relative to where that one lies.

        Both are from the content root with `/`. Returns a problem for what cannot be read, and for
        a name that leads out of the repository.
        """
        path = posixpath.normpath(posixpath.join(posixpath.dirname(file), name))
        if posixpath.isabs(name) or "\\" in name or path.startswith("../") or path == "..":
            message = f"{name!r} does not lie in the content repository"
            return Problem(UNREADABLE_FILE, message, InFile(file))
        return read_content(self.root, path)
