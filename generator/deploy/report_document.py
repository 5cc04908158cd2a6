"""The form of a deployment's report, docs/deployment.md."""

from __future__ import annotations

from typing import Any


def report_document(
    tenant: str | None = None,
    workspace_id: str | None = None,
    results: list[dict[str, Any]] | None = None,
    *,
    snapshot: str | None = None,
    exit_code: int,
    error: str | None,
) -> dict[str, Any]:
    """Return the deployment report.

    `tenant` and `workspace_id` are None where the run ended before they were known. `error` says
    why the run ended before its plan did; the member is missing where it did not.
    """
    return {
        "tenant": tenant,
        "workspaceId": workspace_id,
        "snapshot": snapshot,
        "results": results or [],
        "exitCode": exit_code,
        **({} if error is None else {"error": error}),
    }
