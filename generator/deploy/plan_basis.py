"""What a plan was made from: the content, where its workspace lies, and what the user allowed.

It is what a plan file has as `contentHash`: the hash, and after it, in words, a digest of cloud and
directory, which the workspace's resource id does not tell, and what was asked for besides. A plan
that is applied is made again from it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from generator.deploy.plan import Action, PlanOptions
from generator.deploy.tenant_content import TenantContent
from generator.tenants.tenant import Target

_TARGET = "target"
_PRUNE, _PATHS, _RECREATE, _REENABLE = "prune", "paths", "recreate", "reenable"
_ADOPT = "adopt"
_KIND = "kind"


def basis_of(content: TenantContent, options: PlanOptions, target: Target) -> str:
    """Return the content's hash, followed by the target and by what the user asked for."""
    words = [content.hash, f"{_TARGET}={_target(target)}"]
    if content.only:
        words.append(f"{_KIND}={','.join(content.only)}")
    if options.prune:
        words.append(_PRUNE)
    named = ((_RECREATE, options.recreate), (_REENABLE, options.reenable), (_ADOPT, options.adopt))
    for name, ids in named:
        if ids:
            words.append(f"{name}={','.join(sorted(ids))}")
    if options.only is not None:
        words.append(f"{_PATHS}={_digest(options.only)}")
    return " ".join(words)


def hash_of(basis: str) -> str:
    """Return the hash of the content that stands in a basis."""
    return basis.partition(" ")[0]


def is_for(basis: str, target: Target) -> bool:
    """Tell whether a plan was made in this cloud and directory, as far as it says where it was."""
    named = [word for word in basis.split(" ") if word.startswith(f"{_TARGET}=")]
    return named in ([], [f"{_TARGET}={_target(target)}"])


def is_of_paths(basis: str) -> bool:
    """Tell whether a plan says something about some detections only."""
    return any(word.startswith(f"{_PATHS}=") for word in basis.split(" "))


def kinds_in(basis: str) -> tuple[str, ...]:
    """Return the kinds of content that a plan was made for, none where it was for all."""
    named = [word.partition("=")[2] for word in basis.split(" ") if word.startswith(f"{_KIND}=")]
    return tuple(named[0].split(",")) if named else ()


def prunes(basis: str) -> bool:
    """Tell whether a plan leaves no rule of ours that the content does not ask for."""
    return _PRUNE in basis.split(" ")


def options_in(basis: str, actions: Iterable[Action]) -> PlanOptions:
    """Return what the user asked for. Raises ValueError where a basis has no such form.

    Which PATHS a plan was made with follows from its actions; whether these are all of them, is
    seen by making the basis again.
    """
    prune = False
    ids: dict[str, frozenset[str]] = {}
    only: frozenset[str] | None = None
    for word in basis.split(" ")[1:]:
        name, _, value = word.partition("=")
        if word == _PRUNE:
            prune = True
        elif name == _PATHS:
            only = frozenset(action.detection for action in actions)
        elif name in {_RECREATE, _REENABLE, _ADOPT} and name not in ids:
            ids[name] = frozenset(value.split(","))
        elif name not in {_TARGET, _KIND}:
            raise ValueError(f"{word!r} after the hash of the content")
    none: frozenset[str] = frozenset()
    return PlanOptions(
        prune,
        only,
        ids.get(_RECREATE, none),
        ids.get(_REENABLE, none),
        ids.get(_ADOPT, none),
    )


def _target(target: Target) -> str:
    return _digest([target.cloud.identity, target.tenant_id.casefold()])


def _digest(names: Iterable[str]) -> str:
    text = json.dumps(sorted(names), ensure_ascii=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
