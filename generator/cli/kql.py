"""Whether an invocation checks KQL, and what happens where the language service is missing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from generator.catalog.configuration import Configuration
from generator.catalog.detection import Catalog, FileProblem
from generator.checks.kql.examination import examine_queries
from generator.checks.kql.function_files import checked_functions
from generator.cli.console import warn
from generator.cli.exit_codes import CommandError
from generator.findings import Problem
from generator.kql_service.bundle import KqlUnavailableError, find_bundle
from generator.kql_service.cache import open_answer_cache
from generator.kql_service.service import KqlService
from generator.stage import StagedDetection
from generator.symbols import environment_of


@dataclass(frozen=True, slots=True)
class KqlChoice:
    """What the options say. `required` is None when neither option was given."""

    left_out: bool = False
    required: bool | None = None
    unasked: bool = False

    UNASKED: ClassVar[KqlChoice]
    """For commands that show something else: no KQL checks and no word about it."""

    @property
    def is_required(self) -> bool:
        """Tell whether a missing service is an error: when asked for, and by default in CI."""
        return bool(os.environ.get("CI")) if self.required is None else self.required


KqlChoice.UNASKED = KqlChoice(unasked=True)


@dataclass(frozen=True, slots=True)
class KqlChecks:
    """The KQL checks of an invocation.

    `problems` are those of the organisation's own schemas. `service` is None when KQL is left out.
    """

    problems: tuple[FileProblem, ...] = ()
    service: KqlService | None = None

    def examine(self, staged: Sequence[StagedDetection]) -> list[tuple[Problem, ...]] | None:
        """Return the KQL problems of each staged detection, or None when KQL is left out."""
        return None if self.service is None else examine_queries(self.service, staged)


def why_left_out(configuration: Configuration, choice: KqlChoice) -> str | None:
    """Say why queries are not checked although the command does so; None where they are.

    Raises CommandError when they are required and the service is missing.
    """
    if choice.unasked:
        return None
    if choice.left_out and choice.required:
        raise CommandError("--no-kql and --require-kql contradict each other")
    if choice.left_out or (not configuration.kql and not choice.required):
        return "KQL is left out: queries are neither parsed nor checked"
    try:
        find_bundle()
    except KqlUnavailableError as error:
        if choice.is_required:
            because = "" if choice.required else "; it is required because CI is set"
            raise CommandError(f"{error}{because}") from error
        return f"queries are neither parsed nor checked: {error}"
    return None


def open_kql(catalog: Catalog, choice: KqlChoice) -> KqlChecks:
    """Open the KQL checks that an invocation asks for; where they are left out, say so.

    Raises CommandError when they are required and the service is missing.
    """
    if (why := why_left_out(catalog.configuration, choice)) is not None:
        warn(why)
    if choice.unasked:
        return KqlChecks()
    loaded = environment_of(catalog)
    if why is not None:
        # The files of schemas/ and what sentinelgen.yaml says of tables are read all the same.
        return KqlChecks(loaded.problems)
    service = KqlService(loaded.environment, open_answer_cache(catalog.root))
    service, faults = checked_functions(service, loaded)
    return KqlChecks((*loaded.problems, *faults), service)
