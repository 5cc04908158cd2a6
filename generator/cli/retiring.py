"""Moving a detection to `detections/retired.yaml`, whose comments and form are kept.

The entry is written before the files go: a kill in between leaves the detection and its entry,
which loading reports, never an id that nobody knows any more.
"""

from __future__ import annotations

import codecs
from datetime import date

import yaml

from generator.catalog.detection import Catalog, Detection
from generator.catalog.discovery import RETIRED_FILE
from generator.catalog.retired import load_retired
from generator.disk.atomic_files import write_atomically
from generator.disk.text_files import BYTE_ORDER_MARK
from generator.kinds import kind_of, seats
from generator.text.source_text import SourceText
from generator.text.yaml_text import load_yaml


class RetirementError(Exception):
    """A detection cannot be retired; nothing was changed."""


def retire(catalog: Catalog, detection: Detection, reason: str, today: date) -> list[str]:
    """Retire a detection and return the files that were written or removed.

    `today` is the date in UTC. Raises RetirementError.
    """
    if not reason.strip():
        raise RetirementError("a reason is needed: people will ask in a year")
    kind = kind_of(detection).name
    if any((e.kind, e.id.casefold()) == (kind, detection.id.casefold()) for e in catalog.retired):
        raise RetirementError(f"{detection.id} stands in {RETIRED_FILE} already")
    if any(
        found.problem.code != BYTE_ORDER_MARK for found in load_retired(catalog.root, seats())[1]
    ):
        raise RetirementError(f"{RETIRED_FILE} has errors: `sentinelgen validate` shows them")
    list_path = catalog.root / RETIRED_FILE
    try:
        written = list_path.read_bytes() if list_path.exists() else b""
        mark = codecs.BOM_UTF8 if written.startswith(codecs.BOM_UTF8) else b""
        before = written.removeprefix(mark).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RetirementError(f"{RETIRED_FILE} cannot be read: {error}") from error
    entry = {
        "id": detection.id,
        "kind": kind,
        "path": detection.source.file,
        "name": detection.name,
        "retired": today.isoformat(),
        "reason": " ".join(reason.split()),
    }
    after = with_entry(before, entry)
    _check(before, after, entry)
    path = catalog.root / detection.source.file
    tests = path.with_name(f"{path.name.removesuffix('.yaml')}.tests.yaml")
    changed = [RETIRED_FILE, detection.source.file]
    try:
        write_atomically(list_path, mark.decode("utf-8") + after)
        if tests.exists():
            tests.unlink()
            changed.append(tests.relative_to(catalog.root).as_posix())
        path.unlink()
    except OSError as error:
        raise RetirementError(f"{error.filename}: {error.strerror}") from error
    return changed


def with_entry(text: str, entry: dict[str, str]) -> str:
    """Return the list's text with an entry at its end; what stands there stays as it is."""
    dated = {**entry, "retired": date.fromisoformat(entry["retired"])}  # a plain date, no quotes
    written = yaml.safe_dump(
        [dated], sort_keys=False, allow_unicode=True, width=100, default_flow_style=False
    )
    newline = "\r\n" if "\r\n" in text else "\n"
    written = written.replace("\n", newline)
    value = yaml.safe_load(text) if text.strip() else None
    if not value:
        # Only comments, or an empty list that the entry takes the place of.
        kept = "".join(
            line for line in text.splitlines(keepends=True) if line.strip() not in {"[]", "---"}
        )
        return kept + (newline if kept and not kept.endswith("\n") else "") + written
    return text + ("" if text.endswith("\n") else newline) + written


def _check(before: str, after: str, entry: dict[str, str]) -> None:
    """Raise RetirementError unless the new text says what the old one said, and the entry."""
    old = load_yaml(SourceText(RETIRED_FILE, before)).value if before.strip() else None
    new = load_yaml(SourceText(RETIRED_FILE, after))
    if new.problems or new.value != [*(old or []), entry]:
        raise RetirementError(
            f"{RETIRED_FILE} is not written as a plain list of entries: add this one by hand:\n"
            + yaml.safe_dump([entry], sort_keys=False, allow_unicode=True)
        )
