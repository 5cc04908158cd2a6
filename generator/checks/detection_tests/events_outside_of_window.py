"""SG618: a test expects no alert of events outside of the window."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class EventsOutsideOfWindow(StageCheck):
    """A test expects no alert of events outside of the window."""

    code = "SG618"
    title = "A test expects no alert of events outside of the window"
    explanation = (
        "A run of the rule sees the events of its queryPeriod, an NRT rule those that were "
        "ingested in the last minute. All events of this test that the query could read are older, "
        "or later than now, so that it gets none of them and the test passes whatever it does. "
        "Give an event inside of the window as well. A warning, because the test does show how far "
        "the rule looks back."
    )
    severity = Severity.WARNING
    source = "our own decision; docs/testing.md describes the format"
