"""What an organisation's configuration makes of the checks: which run, and how bad each one is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from generator.catalog.configuration import Configuration
from generator.checks.registry import registered_codes
from generator.findings import Code, Severity
from generator.text.near_names import ending, nearest

_LOOK_LIKE_DIGITS = str.maketrans("OIL", "011")
_RANK = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 2}


class CheckSettingError(ValueError):
    """`checks` in sentinelgen.yaml names no check, or lowers one that must stay as it is.

    `faults` are all such keys of `checks`, each with what is wrong.
    """

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__("\n".join(message for _, message in faults))
        self.faults = tuple(faults)


def effective_severities(
    checks: Mapping[str, Code], configuration: Configuration
) -> Mapping[str, Severity | None]:
    """Return the severity of each code, None where the organisation switched the check off.

    Raises CheckSettingError for an unknown code and for a parsing, schema or id check that is
    lowered or switched off; raising the severity of such a check is allowed.
    """
    severities: dict[str, Severity | None] = {
        code: check.severity for code, check in checks.items()
    }
    faults: list[tuple[str, str]] = []
    for code, setting in configuration.checks.items():
        if code not in checks:
            faults.append((code, f"checks: there is no check {code}{_near(code)}"))
            continue
        check = checks[code]
        severity = None if setting == "off" else Severity(setting)
        lowered = severity is None or _RANK[severity] < _RANK[check.severity]
        if lowered and not check.waivable:
            what = f"checks: {code} ({check.summary}) is always {_article(check.severity)}"
            faults.append((code, f"{what}; it cannot be set to {setting}"))
        severities[code] = severity
    if faults:
        raise CheckSettingError(faults)
    return severities


def _article(severity: Severity) -> str:
    return f"an {severity}" if severity is Severity.ERROR else f"a {severity}"


def _near(code: str) -> str:
    return ending(nearest_code(code)) or "; `sentinelgen checks` lists them"


def nearest_code(code: str) -> str | None:
    """Return the code of the check that a misspelled code most likely means."""
    meant = code.strip().upper().translate(_LOOK_LIKE_DIGITS)
    codes = registered_codes()
    return meant if meant in codes else nearest(meant, codes, compared=len(codes))
