"""Where a tenant's rules went at a revision, for a plan of content that nobody has approved.

A pull request may change the file that says where its plan is made. Nothing else of a tenant is
taken from the past here.
"""

from __future__ import annotations

from pathlib import Path

from generator.disk.text_files import MAX_FILE_BYTES
from generator.git.revision import file_at
from generator.kinds import seats
from generator.tenants.discovery import tenant_file
from generator.tenants.load import problem_lines, tenant_in
from generator.tenants.tenant import Target, TenantError
from generator.text.source_text import SourceText


def target_at(root: Path, revision: str, name: str) -> Target:
    """Return the target of a tenant at a git revision.

    Raises HistoryError where git or the revision cannot be used, and TenantError where the file is
    not there or its target cannot be used.
    """
    file = tenant_file(name)
    data = file_at(root, revision, file)
    if data is None:
        raise TenantError(
            f"{file} does not exist at {revision}: a new tenant can be planned once it does"
        )
    try:
        text = data[: MAX_FILE_BYTES + 1].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TenantError(f"{file} at {revision} is not UTF-8 text") from error
    if len(data) > MAX_FILE_BYTES:
        raise TenantError(f"{file} at {revision} is larger than {MAX_FILE_BYTES // 1024} KiB")
    loaded = tenant_in(SourceText(file, text), name, seats())
    if loaded.target is None:
        lines = problem_lines(f"{file} at {revision}", loaded.source, loaded.problems)
        raise TenantError(
            "\n".join([f"the target of {file} at {revision} cannot be used:", *lines])
        )
    return loaded.target
