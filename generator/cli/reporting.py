"""The report of a deployment: there from the first moment on, and never better than the truth.

Before anything is tried a report stands there that says so; whatever ends the run replaces it. How
rules are written and what is shown of it is elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import click

from generator.cli.console import lasting_output
from generator.cli.exit_codes import AZURE, INVOCATION, CommandError
from generator.cli.report_file import write_report
from generator.cli.stopping import raised_as_errors, stopped_by
from generator.deploy.apply import without_write
from generator.deploy.plan import Plan
from generator.deploy.report_document import report_document
from generator.deploy.results import Deployment, Outcome, Result, result_document

_NOT_ENDED = "the deployment has not ended: this was written before it began"


@dataclass(slots=True)
class Report:
    """What a report says so far. `path` is None where nobody wants one."""

    path: Path | None
    tenant: str | None
    workspace_id: str | None = None
    plan: Plan | None = None
    snapshot: Path | None = None
    results: tuple[Result, ...] | None = None
    _so_far: dict[str, Result] = field(default_factory=dict)

    def planned(self, plan: Plan) -> None:
        """Say what is about to be carried out, before it is. Raises CommandError."""
        self.plan = plan
        self.write(AZURE, _NOT_ENDED)

    def tell(self, result: Result) -> None:
        """Remember the result of a rule until all are there."""
        self._so_far[result.action.id] = result

    def finish(self, deployment: Deployment, code: int) -> None:
        """Say how the plan ended. Raises CommandError."""
        self.results = deployment.results
        self.write(code, deployment.ended_early)

    def end(self, code: int, why: str) -> None:
        """Say that the run ended on the way, with what is known by then. Raises CommandError."""
        self.write(code, why)

    def write(self, code: int, error: str | None) -> None:
        """Replace the report. Raises CommandError, with no earlier report left behind."""
        if self.path is None:
            return
        document = report_document(
            self.tenant,
            self.workspace_id,
            [result_document(r) for r in self.results or self._unfinished(error or _NOT_ENDED)],
            snapshot=None if self.snapshot is None else str(self.snapshot),
            exit_code=code,
            error=error,
        )
        write_report(self.path, document)

    def _unfinished(self, why: str) -> tuple[Result, ...]:
        actions = () if self.plan is None else self.plan.actions
        return tuple(
            self._so_far.get(action.id)
            or (
                Result(action, Outcome.NOT_ATTEMPTED, why)
                if action.writes
                else without_write(action)
            )
            for action in actions
        )


@contextmanager
def reported(path: Path | None, tenant: str, *inputs: Path | None) -> Iterator[Report]:
    """Yield the report of a run; every ending of it is written, and output that fails is none.

    `inputs` are files that the run reads: the report must not replace them. Raises CommandError
    when it would, and when it cannot be written.
    """
    if path is not None:
        for read in inputs:
            if read is not None and path.resolve() == read.resolve():
                raise CommandError(f"--report {path} would replace a file that is read here")
    report = Report(path, tenant)
    try:
        report.write(AZURE, _NOT_ENDED)
    except CommandError as error:
        raise CommandError(f"nothing was done: {error}") from error
    with lasting_output(), raised_as_errors():
        try:
            yield report
        except BaseException as error:
            code, why = _ending(error)
            # Where the report cannot be written, the one from the beginning stays, and that is bad.
            with suppress(CommandError):
                report.end(code, why)
            raise


def _ending(error: BaseException) -> tuple[int, str]:
    """Return the exit code that follows from an error, and the reason."""
    match error:
        case CommandError():
            return error.code, str(error)
        case KeyboardInterrupt():
            return stopped_by(error), "stopped by the user"
        case click.Abort():
            return stopped_by(error.__cause__), "stopped by the user"
        case click.ClickException() | OSError():
            return INVOCATION, str(error)
        case _:
            return INVOCATION, f"internal error: {type(error).__name__}"
