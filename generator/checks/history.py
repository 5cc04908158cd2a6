"""What changed since a base revision and must not have: lost ids, changes under the same version.

Works on what detections mean (the rendered query, the canonical rule), not on their text, so that
moving a file or rewrapping a comment in YAML is no change.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from generator.catalog.beside import Beside
from generator.catalog.detection import Catalog, Detection, FileProblem
from generator.catalog.load import load_catalog
from generator.catalog.seat import Seat
from generator.findings import Code, InDocument, InFile, Place, Problem, Severity
from generator.git.commands import HistoryError
from generator.git.revision import files_at
from generator.kinds import kind_of, seat_of, seats
from generator.kinds.kind import Key
from generator.kql_templates import TemplateLibrary
from generator.stage import stage

LOST_DETECTION = Code(
    "SG501",
    summary="Detection removed without being retired",
    explanation=(
        "A deployed rule is ours as long as its id stands in the catalog or in "
        "detections/retired.yaml. When a detection is only deleted, or its id changed, its rule "
        "stays in every workspace and nobody owns it any more. Remove detections with "
        "`sentinelgen retire ID --reason TEXT`, and never change an id."
    ),
    severity=Severity.ERROR,
    source="Our own decision: what we own is known without a state file.",
)
UNCHANGED_VERSION = Code(
    "SG502",
    summary="Changed detection without a new version",
    explanation=(
        "The version tells those who run a rule that it behaves differently now. Raise it "
        "whenever the rendered query, the trigger or the schedule changes: the last number for a "
        "correction, the middle one for more or fewer alerts, the first for another detection."
    ),
    severity=Severity.WARNING,
    source="Our own decision.",
)
UNREADABLE_BASE = Code(
    "SG503",
    summary="Detection of the base revision cannot be read",
    explanation=(
        "The detection at the base revision has an error itself, so nobody can say whether its id "
        "is lost or whether it changed. Look at the change by hand; once the mended detection is "
        "in the base revision, this ends."
    ),
    severity=Severity.WARNING,
    source="Our own decision: nothing is silent.",
)

__all__ = ["HistoryError", "compare_with_base"]

_TEMPLATE_SUFFIX = ".kql.j2"
_WRITTEN_ID = re.compile(
    rb"""^(?:\xef\xbb\xbf)?id:[ ]*["']?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b""",
    re.IGNORECASE | re.MULTILINE,
)


def compare_with_base(catalog: Catalog, revision: str) -> tuple[FileProblem, ...]:
    """Return what the catalog has lost or changed silently since a git revision.

    Raises HistoryError where there is no git, no repository or no
    such revision.
    """
    changed = _changed_files(catalog.root, revision)
    if not changed:
        return ()
    with tempfile.TemporaryDirectory(prefix="sentinelgen-base-") as folder:
        root = Path(folder).resolve()
        for file, content in changed.items():
            path = root / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        base = load_catalog(root, catalog.configuration, seats())
        return tuple(_Comparison(catalog, base, revision).problems(changed))


def _changed_files(root: Path, revision: str) -> dict[str, bytes]:
    """Return the files at the revision that the work tree holds otherwise or not at all.

    An unchanged detection means something else when a template has changed, so then all count.
    """
    at_base = {
        file: content
        for folder in (seat.folder for seat in seats())
        for file, content in files_at(root, revision, folder)
    }
    changed = {
        file: content for file, content in at_base.items() if not _holds(root / file, content)
    }
    if any(file.endswith(_TEMPLATE_SUFFIX) for file in changed):
        return at_base
    return {
        file: content
        for file, content in at_base.items()
        if file in changed or (changed and file.endswith(_TEMPLATE_SUFFIX))
    }


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False


class _Comparison:
    """The catalog now and at the base revision."""

    def __init__(self, now: Catalog, base: Catalog, revision: str) -> None:
        self._now = now
        self._base = base
        self._revision = revision
        self._by_key = {_key(detection): detection for detection in now.detections}
        self._by_slug = {detection.slug: detection for detection in now.detections}
        self._retired = {Key.of(entry.kind, entry.id) for entry in now.retired}
        self._broken_now = {problem.slug for problem in now.problems} - set(self._by_slug)
        self._libraries = (TemplateLibrary(now.root), TemplateLibrary(base.root))

    def problems(self, files: Mapping[str, bytes]) -> Iterator[FileProblem]:
        """Yield what is wrong, base detection by base detection."""
        for before in self._base.detections:
            after = self._by_key.get(_key(before))
            if after is None:
                yield from self._lost(before.id, kind_of(before).seat, before.slug, before.name)
            else:
                yield from self._changed(before, after)
        loaded = {detection.slug for detection in self._base.detections}
        for slug in sorted({p.slug for p in self._base.problems if p.slug is not None} - loaded):
            seat = seat_of(slug)
            yield self._unreadable(slug)
            written = _WRITTEN_ID.search(files.get(seat.file(slug), b""))
            if written is not None:
                id_ = written[1].decode("ascii")
                if Key.of(seat.kind, id_) not in self._by_key:
                    yield from self._lost(id_, seat, slug, slug)

    def _lost(self, id_: str, seat: Seat, slug: str, name: str) -> Iterator[FileProblem]:
        # A detection that does not load now has an error of its own; its id may well be there.
        if Key.of(seat.kind, id_) in self._retired or slug in self._broken_now:
            return
        yield self._problem(
            slug,
            LOST_DETECTION,
            f"{name!r} ({id_}) is in {self._revision}, and neither in the catalog nor retired",
            "id",
            f"bring it back and run `sentinelgen retire {id_} --reason TEXT`, or restore its id",
        )

    def _changed(self, before: Detection, after: Detection) -> Iterator[FileProblem]:
        new, old = (
            stage(detection, library, {}, Beside(catalog.root)).model
            for detection, library, catalog in zip(
                (after, before), self._libraries, (self._now, self._base), strict=True
            )
        )
        if new is None:
            return
        if old is None:
            yield self._unreadable(after.slug)
            return
        kind = kind_of(after)
        earlier = kind.behaviour(old)
        differences = [
            what for what, does in kind.behaviour(new).items() if does != earlier.get(what)
        ]
        versions = [str(d.document.get("version", "")) for d in (before, after)]
        if differences and not _is_newer(*versions):
            yield self._problem(
                after.slug,
                UNCHANGED_VERSION,
                f"the {' and the '.join(differences)} changed since {self._revision}, "
                f"the version ({versions[1] or 'none'}) did not rise",
                "version",
                "raise the version",
            )

    def _unreadable(self, slug: str) -> FileProblem:
        return self._problem(
            slug,
            UNREADABLE_BASE,
            f"{seat_of(slug).file(slug)} at {self._revision} cannot be read, so it is not compared",
            "id",
        )

    def _problem(
        self, slug: str, code: str, message: str, key: str, help_: str | None = None
    ) -> FileProblem:
        """Place a problem at a key of the detection, or at where its file was."""
        now = self._by_slug.get(slug)
        source = None if now is None else now.source
        place: Place = InFile(seat_of(slug).file(slug)) if now is None else InDocument((key,))
        return FileProblem(source, slug, Problem(code, message, place, help_))


def _key(detection: Detection) -> Key:
    return Key.of(kind_of(detection).name, detection.id)


def _is_newer(before: str, after: str) -> bool:
    """Compare versions number by number; where one is no version, another text is a new one."""
    try:
        old, new = (tuple(int(part) for part in text.split(".")) for text in (before, after))
    except ValueError:
        return after not in (before, "")
    return new > old
