"""Waivers: a detection's written reasons for living with a finding, and when they end.

A waiver takes effect only while it is in order; one that is not leaves the finding where it was
and becomes a problem itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from generator.catalog.detection import Detection
from generator.catalog.partial import PartialDetection
from generator.checks.registry import registered_checks
from generator.checks.severities import nearest_code
from generator.checks.waivers.expired_waiver import ExpiredWaiver
from generator.checks.waivers.idle_waiver import IdleWaiver
from generator.checks.waivers.unknown_waived_check import UnknownWaivedCheck
from generator.checks.waivers.unwaivable_check import UnwaivableCheck
from generator.checks.waivers.waiver_date import WaiverDate
from generator.checks.waivers.waiver_without_reason import WaiverWithoutReason
from generator.findings import InDocument, Problem
from generator.text.near_names import ending

_CODE = re.compile(r"SG[0-9]{3}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def apply_waivers(
    detection: Detection,
    problems: Iterable[Problem],
    *,
    today: date,
    looked_for: Collection[str],
) -> list[Problem]:
    """Return the problems that no waiver covers, and those of the waivers themselves.

    A waiver holds through its `until` day. `looked_for` are the first three characters of the codes
    that were looked for; a waiver of another code is not called idle.
    """
    entries = detection.document.get("waivers") or ()
    if not entries:
        return list(problems)
    waived: set[str] = set()
    own: list[Problem] = []
    used = {problem.code for problem in problems}
    for index, entry in enumerate(entries):
        faults = list(_faults(index, entry, today))
        code = entry["check"]
        if not faults:
            waived.add(code)
            if code not in used and code[:3] in looked_for:
                own.append(
                    Problem(
                        IdleWaiver.code,
                        f"the waiver of {code} waives nothing: the check finds nothing here",
                        InDocument(("waivers", index, "check")),
                        "remove the waiver",
                    )
                )
        own.extend(faults)
    return [*(problem for problem in problems if problem.code not in waived), *own]


def partly_waived(
    partial: PartialDetection, problems: Iterable[Problem], *, today: date
) -> list[Problem]:
    """Return the problems of a faulty detection that its waivers are not about, and the waivers'.

    What a waiver names that is not usable itself would be waived once it is, so nothing is said of
    that before. Whether a waiver is idle is only known of a whole detection.
    """
    written = partial.salvaged.written.get("waivers")
    holes = [hole.path for hole in partial.salvaged.holes if hole.path[0] == "waivers"]
    named: set[str] = set()
    own: list[Problem] = []
    if ("waivers",) in holes or not isinstance(written, list):
        named.update(_CODE.findall(str(written)))
        written = ()
    unusable = {path[1] for path in holes if len(path) > 1}
    for index, entry in enumerate(written):
        if index in unusable:
            named.update(_CODE.findall(str(entry)))
            continue
        faults = list(_faults(index, entry, today))
        if not faults:
            named.add(entry["check"])
        own.extend(faults)
    checks = registered_checks()
    return [
        *(one for one in problems if one.code not in named or not checks[one.code].waivable),
        *own,
    ]


def _faults(index: int, entry: Mapping[str, Any], today: date) -> Iterator[Problem]:
    code = entry["check"]
    check = registered_checks().get(code)
    if check is None:
        near = nearest_code(code)
        yield Problem(
            UnknownWaivedCheck.code,
            f"there is no check {code!r}" + ending(near),
            InDocument(("waivers", index, "check")),
            "`sentinelgen checks` lists the checks",
        )
    elif not check.waivable:
        yield Problem(
            UnwaivableCheck.code,
            f"{code} ({check.title}) cannot be waived",
            InDocument(("waivers", index, "check")),
            "mend what it finds and remove the waiver",
        )
    if not str(entry.get("reason") or "").strip():
        yield Problem(
            WaiverWithoutReason.code,
            f"the waiver of {code} gives no reason",
            InDocument(("waivers", index, "reason")),
            "write down why the finding is acceptable here",
        )
    until = entry.get("until")
    if until is None:
        return
    last_day = _calendar_date(until)
    if last_day is None:
        yield Problem(
            WaiverDate.code,
            f"{until!r} is not a date such as 2026-01-31",
            InDocument(("waivers", index, "until")),
        )
    elif last_day < today:
        yield Problem(
            ExpiredWaiver.code,
            f"the waiver of {code} expired on {last_day.isoformat()}",
            InDocument(("waivers", index, "until")),
            "mend what it covered, or write a new date with a reason that still holds",
        )


def _calendar_date(text: object) -> date | None:
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
