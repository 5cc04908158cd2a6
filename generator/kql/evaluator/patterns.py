"""Regular expressions in the RE2 dialect, the engine's own; what RE2 refuses is refused."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

from generator.kql.evaluator.errors import InvalidArgumentError


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Any:
    """Return a compiled pattern. Raises InvalidArgumentError with RE2's own message."""
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0]
        text = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise InvalidArgumentError(f"not a regular expression of the RE2 dialect: {text}") from None
