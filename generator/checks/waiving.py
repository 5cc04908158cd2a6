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
from generator.checks.registry import registered_codes
from generator.checks.severities import nearest_code
from generator.findings import Code, InDocument, Problem, Severity
from generator.text.near_names import ending

EXPIRED_WAIVER = Code(
    "SG280",
    summary="Expired waiver",
    explanation=(
        "A waiver holds through its `until` day. After it the finding that it covered is back, "
        "and the waiver says so: mend the detection, or look at the reason again and write a new "
        "date."
    ),
    severity=Severity.WARNING,
    source="Our own decision: exceptions end by themselves.",
)
IDLE_WAIVER = Code(
    "SG281",
    summary="Waiver that waives nothing",
    explanation=(
        "The check that this waiver names finds nothing here, so the waiver can only hide a later "
        "mistake. Remove it. Checks that did not run (KQL with --no-kql, history without --base) "
        "never make a waiver idle."
    ),
    severity=Severity.NOTE,
    source="Our own decision.",
)
UNKNOWN_WAIVED_CHECK = Code(
    "SG282",
    summary="Waiver of an unknown check",
    explanation=(
        "`check` in a waiver is the code of a check, such as SG101. A misspelled one would waive "
        "nothing without anybody noticing. `sentinelgen checks` lists the codes."
    ),
    severity=Severity.ERROR,
    source="Our own decision: nothing is silent.",
    waivable=False,
)
UNWAIVABLE_CHECK = Code(
    "SG283",
    summary="Waiver of a check that cannot be waived",
    explanation=(
        "Without readable YAML, the shape that the schema demands and unique ids there is no rule "
        "to talk about, so these checks can be neither waived nor lowered. Mend what they find."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
WAIVER_WITHOUT_REASON = Code(
    "SG284",
    summary="Waiver without a reason",
    explanation=(
        "A waiver without a written reason cannot be reviewed, so it waives nothing. Write why "
        "the finding is acceptable in this detection."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
WAIVER_DATE = Code(
    "SG285",
    summary="Waiver with a malformed expiry date",
    explanation=(
        "`until` is the last day on which the waiver holds, written 2026-01-31. With anything "
        "else nobody can say whether the waiver has ended, so it waives nothing."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)

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
                        IDLE_WAIVER,
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
    codes = registered_codes()
    return [
        *(one for one in problems if one.code not in named or not codes[one.code].waivable),
        *own,
    ]


def _faults(index: int, entry: Mapping[str, Any], today: date) -> Iterator[Problem]:
    code = entry["check"]
    check = registered_codes().get(code)
    if check is None:
        near = nearest_code(code)
        yield Problem(
            UNKNOWN_WAIVED_CHECK,
            f"there is no check {code!r}" + ending(near),
            InDocument(("waivers", index, "check")),
            "`sentinelgen checks` lists the checks",
        )
    elif not check.waivable:
        yield Problem(
            UNWAIVABLE_CHECK,
            f"{code} ({check.summary}) cannot be waived",
            InDocument(("waivers", index, "check")),
            "mend what it finds and remove the waiver",
        )
    if not str(entry.get("reason") or "").strip():
        yield Problem(
            WAIVER_WITHOUT_REASON,
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
            WAIVER_DATE,
            f"{until!r} is not a date such as 2026-01-31",
            InDocument(("waivers", index, "until")),
        )
    elif last_day < today:
        yield Problem(
            EXPIRED_WAIVER,
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
