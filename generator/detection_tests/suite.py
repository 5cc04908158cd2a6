"""A tests file as its author wrote it: sample events beside a detection, and what is expected.

Values of events are still plain YAML here; `events` types them by the tables' schemas. Nothing in
this module reads files or computes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from generator.findings import DocumentPath
from generator.text.source_text import SourceText


@dataclass(frozen=True, slots=True)
class EventRows:
    """Events that stand in the tests file; `path` is where their list stands in it."""

    rows: tuple[Mapping[str, Any], ...]
    path: DocumentPath


@dataclass(frozen=True, slots=True)
class EventFile:
    """Events of a file. `name` is its path from the tests file; `path` is where it is named."""

    name: str
    path: DocumentPath


Events = EventRows | EventFile


@dataclass(frozen=True, slots=True)
class AlertExpectation:
    """What an alert must have; None where nothing is said about it.

    `entities` holds identifiers by entity type, `custom_details` values by key. An empty list says
    that there is none.
    """

    title: str | None = None
    description: str | None = None
    severity: str | None = None
    tactics: tuple[str, ...] | None = None
    entities: Mapping[str, tuple[Mapping[str, Any], ...]] | None = None
    custom_details: Mapping[str, Any] | None = None
    dynamic_properties: Mapping[str, Any] | None = None
    rows: tuple[Mapping[str, Any], ...] | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is expected, so that nothing could fail."""
        return self == AlertExpectation()


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must come of the events.

    `each` are alerts one by one, in any order; `every` holds for every alert. `rows` and `columns`
    are about the query's result, before any alert is made of it.
    """

    alert_count: int | None = None
    each: tuple[AlertExpectation, ...] | None = None
    every: AlertExpectation = field(default_factory=AlertExpectation)
    rows: tuple[Mapping[str, Any], ...] | None = None
    columns: tuple[str, ...] | None = None

    @property
    def number_of_alerts(self) -> int | None:
        """How many alerts are expected; None where the test does not say."""
        return self.alert_count if self.each is None else len(self.each)

    @property
    def expects_alerts(self) -> bool:
        """Tell whether the test can only pass when there is an alert."""
        number = self.number_of_alerts
        return number > 0 if number is not None else not self.every.is_empty

    @property
    def is_quiet(self) -> bool:
        """Tell whether the test can only pass when there is no alert, or no row of one."""
        return self.number_of_alerts == 0 or self.rows == ()

    @property
    def is_about_alerts(self) -> bool:
        """Tell whether anything is said about alerts."""
        return self.number_of_alerts is not None or not self.every.is_empty

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is expected, so that nothing could fail."""
        return self == Expectation()


@dataclass(frozen=True, slots=True)
class DetectionTest:
    """One test. `now` is aware; `path` is where the test stands in its file.

    `skip` is the reason for which it is not run, None for a test that is. `is_pinned` tells
    whether `now` is the test's own.
    """

    name: str
    path: DocumentPath
    now: datetime
    expect: Expectation
    tables: Mapping[str, Events] = field(default_factory=dict)
    watchlists: Mapping[str, EventRows] = field(default_factory=dict)
    external_data: Mapping[str, EventRows] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    skip: str | None = None


@dataclass(frozen=True, slots=True)
class TestSuite:
    """The tests of one detection. `slug` is AREA/SLUG, the detection's and the file's alike.

    `faulty` are the usable parts of tests with errors, to be checked and never to be run.
    `is_whole` tells whether `tests` are all that the file holds.
    """

    __test__ = False  # pytest would collect a class of this name

    slug: str
    source: SourceText
    tests: tuple[DetectionTest, ...]
    faulty: tuple[DetectionTest, ...] = ()
    is_whole: bool = True
