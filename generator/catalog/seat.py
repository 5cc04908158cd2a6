"""What a kind of content claims of a content repository: a folder, and the form of its documents.

The kinds say it, and whoever loads content hands it in: the catalog itself knows no kind.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.findings import Problem
from generator.text.schema import Schema, load_schema, schema_text, with_nulls

SUFFIX = ".yaml"
TESTS_SUFFIX = ".tests.yaml"

Remark = Callable[[Mapping[str, Any]], Iterator[Problem]]
"""Yields warnings and notes on a document that has passed its schema."""


@dataclass(frozen=True, slots=True)
class Seat:
    """The place of one kind of content.

    `kind` names the kind, `what` one document of it in messages. Documents are
    FOLDER/AREA/…/NAME.yaml, nothing below a folder that begins with `_`. `lists` are files directly
    in the folder that are none. `labels_begin` is what labels have before the path below the
    folder. `schema_file` is a JSON Schema in the package `schema_package`. `unique_names`: no two
    may have one name. `id_key` is the member that names the resource in Azure. Without `areas`
    documents lie directly in the folder. `tested`: tests files may stand beside documents.
    `beside` are endings of other files that documents may be made of. `of_tenants` is the JSON
    Schema of what a tenant's file may say of one document, under the folder's name and the
    document's id; None where it may say nothing.
    """

    kind: str
    what: str
    folder: str
    schema_package: str
    schema_file: str
    labels_begin: str = ""
    lists: frozenset[str] = frozenset()
    remarks: tuple[Remark, ...] = ()
    unique_names: bool = True
    id_key: str = "id"
    areas: bool = True
    tested: bool = True
    beside: tuple[str, ...] = ()
    of_tenants: Mapping[str, Any] | None = field(default=None, compare=False)

    @property
    def form(self) -> str:
        """Where a document lies, as messages say it."""
        return f"{self.folder}/{'AREA/SLUG' if self.areas else 'NAME'}{SUFFIX}"

    def claims(self, file: str) -> bool:
        """Tell whether a file, named from the content root, lies in the folder."""
        return file.startswith(f"{self.folder}/")

    @property
    def schema(self) -> Schema:
        """The form of the documents."""
        return load_schema(self.schema_package, self.schema_file)

    def editor_schema(self) -> str:
        """Return the schema for editors and other tools.

        They validate a file as it is written, where a key without a value is null and means absent;
        the schema file itself is for documents whose nulls are gone.
        """
        definition = with_nulls(json.loads(schema_text(self.schema_package, self.schema_file)))
        return json.dumps(definition, indent=2, ensure_ascii=False) + "\n"

    def label(self, file: str) -> str:
        """Return what people call the document in a file: AREA/NAME."""
        below = file.removeprefix(f"{self.folder}/").removesuffix(SUFFIX)
        return f"{self.labels_begin}{below}"

    def file(self, label: str) -> str:
        """Return the file that holds what people call so."""
        return f"{self.folder}/{label.removeprefix(self.labels_begin)}{SUFFIX}"
