"""The ids of published data connectors, and the one that a misspelt id stands for.

Facts of `connectors.json`, which names its source and date. It is not complete and cannot be:
solutions bring connectors of their own, so an id that is not in it need not be wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from generator.text.near_names import is_misspelling

_MARKS = re.compile(r"[\W_]+")


@cache
def connector_ids() -> frozenset[str]:
    """Return the known ids. They are case-sensitive."""
    text = resources.files("generator.vocabulary").joinpath("connectors.json").read_text("utf-8")
    return frozenset(json.loads(text)["ids"])


def connector_meant(written: str) -> str | None:
    """Return the known id that an unknown one differs from by case, blanks, marks or one edit."""
    if written in connector_ids():
        return None
    alike = _by_letters().get(_letters(written))
    if alike is not None:
        return alike
    return next((one for one in sorted(connector_ids()) if is_misspelling(written, one)), None)


@cache
def _by_letters() -> Mapping[str, str]:
    return MappingProxyType({_letters(one): one for one in sorted(connector_ids())})


def _letters(text: str) -> str:
    return _MARKS.sub("", text).casefold()
