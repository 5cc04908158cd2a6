"""A tenant's rules at earlier commits: each file read once, each rendering made once.

Everything is of the commit: the detections, the templates, the tenant's file. Rendering and
assembling is `generator.stage`'s, reading `generator.catalog`'s and `generator.tenants`'; the bytes
pass through a temporary folder, never through the work tree. What cannot be read or rendered is
unreadable, not absent.
"""

from __future__ import annotations

import re
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.catalog.beside import Beside
from generator.catalog.configuration import Configuration
from generator.catalog.detection import Detection
from generator.catalog.discovery import discover
from generator.catalog.load import load_catalog
from generator.catalog.seat import SUFFIX, TESTS_SUFFIX, Seat
from generator.disk.text_files import MAX_FILE_BYTES
from generator.git.commands import HistoryError
from generator.git.log import Commit, commits_of, is_shallow, require_commits
from generator.git.objects import TreeFile, list_files, read_blobs
from generator.kql_templates import TemplateLibrary
from generator.kql_templates.library import FOLDER as TEMPLATES
from generator.past.given_up import written_ids
from generator.stage import stage
from generator.tenants.load import load_tenant
from generator.tenants.selection import takes
from generator.tenants.tenant import Tenant, TenantError

MAX_COMMITS = 200
"""Commits that touched the content, looked at from HEAD back. A workspace that lags behind by more
has not been deployed to for months; each costs a few milliseconds of git."""

MAX_READ = 256 * 1024 * 1024
"""Bytes read from one history in all: hundreds of times a large catalog, and a bound on a bomb."""

_BATCH = 16 * 1024 * 1024
_TEMPLATES = f"{TEMPLATES}/"
_GUID = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_MAX_IDS = 2_000


@dataclass(frozen=True, slots=True)
class PastRule:
    """A rule as a tenant would have got it: `{kind, properties}`, or None where it got none."""

    body: Mapping[str, Any] | None
    is_readable: bool = True


ABSENT = PastRule(None)
UNREADABLE = PastRule(None, is_readable=False)


@dataclass(frozen=True, slots=True)
class _Tree:
    """The files of one commit that count. `world` is equal where a detection renders the same.

    `shared` are templates, and what else documents are made of.
    """

    tenant: TreeFile | None
    shared: tuple[TreeFile, ...]
    detections: tuple[TreeFile, ...]

    @property
    def world(self) -> tuple[str, ...]:
        tenant = "" if self.tenant is None else self.tenant.blob
        return (tenant, *(part for file in self.shared for part in (file.path, file.blob)))


class History:
    """The commits that touched a tenant's content of one kind, newest first.

    `commits` are those of every line, `mainline` those of the line on which a merge is one commit.
    `is_shallow`: the clone was cut off. `is_bounded`: there are more commits than were listed.
    `unreadable` are the hashes of those that could not be read or rendered, so far as was asked.
    """

    def __init__(self, root: Path, tenant: str, seat: Seat) -> None:
        """Read the list of commits. Raises HistoryError where there is none to read."""
        require_commits(root)
        self.unreadable: set[str] = set()
        self.is_shallow = is_shallow(root)
        self._root = root
        self._tenant = tenant
        self._file = f"tenants/{tenant}.yaml"
        self._seat = seat
        without_tests = f":(exclude,glob){seat.folder}/**/*{TESTS_SUFFIX}"
        paths = tuple(dict.fromkeys((seat.folder, TEMPLATES, self._file, without_tests)))
        every = commits_of(root, *paths, limit=MAX_COMMITS)
        self.mainline = commits_of(root, *paths, limit=MAX_COMMITS, first_parents=True)
        if not every:
            raise HistoryError("git: no commit holds this content")
        self.is_bounded = MAX_COMMITS in {len(every), len(self.mainline)}
        self.commits = in_order(self.mainline, every)
        self._read = 0
        self._trees: dict[str, _Tree] = {}
        self._ids: dict[str, frozenset[str]] = {}
        self._rendered: dict[tuple[tuple[str, ...], str, str], Mapping[str, PastRule]] = {}

    def rules(self, commit: Commit, ids: Iterable[str]) -> dict[str, PastRule]:
        """Return what the tenant got at a commit, by lower-case id, an entry for each one given."""
        wanted = frozenset(ids)
        try:
            found = self._rules(commit, wanted)
        except (HistoryError, OSError):
            self.unreadable.add(commit.hash)
            return dict.fromkeys(wanted, UNREADABLE)
        if not all(rule.is_readable for rule in found.values()):
            self.unreadable.add(commit.hash)
        return found

    def _rules(self, commit: Commit, wanted: frozenset[str]) -> dict[str, PastRule]:
        tree = self._tree(commit)
        found = dict.fromkeys(wanted, ABSENT)
        if tree.tenant is None:
            return found
        self._index(tree.detections)
        named = [file for file in tree.detections if self._ids[file.blob] & wanted]
        self._render(tree, named)
        for file in named:
            for id_ in self._rendered[tree.world, file.path, file.blob].keys() & wanted:
                rule = self._rendered[tree.world, file.path, file.blob][id_]
                # A file that does not load may only mention the id; one that gives a rule has it.
                if found[id_].body is None and rule is not ABSENT:
                    found[id_] = rule
        return found

    def _tree(self, commit: Commit) -> _Tree:
        if commit.hash not in self._trees:
            folders = (f"{self._seat.folder}/", _TEMPLATES)
            files = list_files(self._root, commit.hash, *folders, self._file)
            # Loading refuses what is larger, then as now.
            files = tuple(file for file in files if file.size <= MAX_FILE_BYTES)
            tenant = next((file for file in files if file.path == self._file), None)
            shared = tuple(
                file
                for file in files
                if file.path.startswith(_TEMPLATES)
                or (self._seat.claims(file.path) and file.path.endswith(self._seat.beside))
            )
            detections = tuple(
                file
                for file in files
                if self._seat.claims(file.path)
                and file.path.endswith(SUFFIX)
                and not file.path.endswith(TESTS_SUFFIX)
            )
            self._trees[commit.hash] = _Tree(tenant, shared, detections)
        return self._trees[commit.hash]

    def _index(self, files: Sequence[TreeFile]) -> None:
        """Remember which GUIDs stand in files that were not seen yet."""
        unseen = {file.blob: file for file in files if file.blob not in self._ids}
        for batch in _batches(unseen.values()):
            for file, content in zip(batch, self._contents(batch), strict=True):
                self._ids[file.blob] = frozenset(sorted(self._mentioned(content))[:_MAX_IDS])

    def _mentioned(self, content: bytes) -> Iterator[str]:
        """Yield what may be the id of a document, in lower case; other texts do not matter."""
        pattern = _GUID if self._seat.id_key == "id" else written_ids(self._seat)
        for match in pattern.finditer(content):
            yield match[match.lastindex or 0].decode("utf-8", "replace").lower()

    def _contents(self, files: Sequence[TreeFile]) -> list[bytes]:
        self._read += sum(file.size for file in files)
        if self._read > MAX_READ:
            raise HistoryError(f"the history holds more than {MAX_READ} bytes of content")
        return read_blobs(self._root, files)

    def _render(self, tree: _Tree, files: Sequence[TreeFile]) -> None:
        """Render detections that were not rendered yet in the world of this commit."""
        new = [file for file in files if (tree.world, file.path, file.blob) not in self._rendered]
        if not new or tree.tenant is None:
            return
        needed = (*new, *tree.shared, tree.tenant)
        with tempfile.TemporaryDirectory(prefix="sentinelgen-past-") as name:
            folder = Path(name).resolve()
            for batch in _batches(needed):
                for file, content in zip(batch, self._contents(batch), strict=True):
                    path = folder / file.path
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content)
            loaded = _loaded(folder, self._tenant, self._seat)
        for file in new:
            rules = loaded.get(file.path, {})
            if rules is None:
                rules = dict.fromkeys(self._ids[file.blob], UNREADABLE)
            self._rendered[tree.world, file.path, file.blob] = rules


def in_order(mainline: Sequence[Commit], every: Sequence[Commit]) -> tuple[Commit, ...]:
    """Return the commits of both lists once, each list in its own order, and else newest first.

    Git lists a commit after what follows it, whatever the clocks of those who committed said; the
    dates only say how commits of one list lie between those of the other.
    """
    left, right = deque(mainline), deque(every)
    shared = set(mainline) & set(every)
    found: dict[Commit, None] = {}
    while left and right:
        if right[0] in found:
            right.popleft()
        elif right[0] in shared or (left[0] not in shared and left[0].made >= right[0].made):
            found[left.popleft()] = None
        else:
            found[right.popleft()] = None
    return tuple(dict.fromkeys((*found, *left, *right)))


def _loaded(folder: Path, tenant_name: str, seat: Seat) -> dict[str, Mapping[str, PastRule] | None]:
    """Return the rules of a content folder by file and lower-case id; None for a file that fails.

    Files that are no detections are not in it.
    """
    found: dict[str, Mapping[str, PastRule] | None]
    found = {file.file: None for file in discover(folder, (seat,)).files}
    try:
        tenant = load_tenant(folder, tenant_name, (seat,))
    except TenantError:
        return found
    # The severities and limits of that time say nothing about what a rule holds.
    catalog = load_catalog(folder, Configuration(), (seat,))
    library = TemplateLibrary(folder)
    beside = Beside(folder, tenant.of_documents, tenant.file)
    for detection in catalog.detections:
        rule = _past_rule(tenant, library, detection, beside)
        found[detection.source.file] = {detection.id.lower(): rule}
    return found


def _past_rule(
    tenant: Tenant, library: TemplateLibrary, detection: Detection, beside: Beside
) -> PastRule:
    if not takes(tenant, detection):
        return ABSENT
    staged = stage(detection, library, tenant.parameters, beside)
    resource = staged.resource()
    is_whole = resource is not None and not (staged.meaning and staged.meaning.problems)
    return PastRule(resource.body) if resource is not None and is_whole else UNREADABLE


def _batches(files: Iterable[TreeFile]) -> Iterator[list[TreeFile]]:
    """Yield files in portions whose bytes fit into memory with ease."""
    batch: list[TreeFile] = []
    size = 0
    for file in files:
        if batch and size + file.size > _BATCH:
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += file.size
    if batch:
        yield batch
