"""Reading `tenants/NAME.yaml`, strictly: whatever is not understood is an error, never left out.

A tenant file decides where rules go, so a misspelled key must not leave a default in its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from generator.disk.links import link_problem
from generator.disk.text_files import read_source
from generator.findings import InFile, Problem
from generator.tenants.cloud import Cloud, parse_cloud
from generator.tenants.tenant import Selector, Target, Tenant, TenantError
from generator.text.source_text import SourceText
from generator.text.yaml_text import load_yaml

FOLDER = "tenants"

_NAME = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_GUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}", re.ASCII)
_PLAIN_ID = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
# Microsoft Learn: Naming rules and restrictions for Azure resources. The SDK allows workspace names
# of up to 90 characters.
_RESOURCE_GROUP = re.compile(r"[\w().-]{0,89}[\w()-]")
_WORKSPACE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,88}[A-Za-z0-9])?", re.ASCII)

_CHOICES = {
    "severity": ("High", "Medium", "Low", "Informational"),
    "kind": ("Scheduled", "NRT"),
}


def load_tenant(root: Path, name: str) -> Tenant:
    """Load a tenant of the content repository. Raises TenantError."""
    if not _NAME.fullmatch(name):
        raise TenantError(f"{name!r} is no tenant name: letters, digits, - and _ only")
    file = f"{FOLDER}/{name}.yaml"
    path = root / FOLDER / f"{name}.yaml"
    if not path.exists():
        raise TenantError(f"there is no tenant {name!r}: {file} does not exist{_near(root, name)}")
    source = link_problem(path, file, root.resolve()) or read_source(path, file)
    if isinstance(source, Problem):
        raise TenantError(_described(file, source))
    loaded = load_yaml(source)
    if loaded.problems:
        raise TenantError("\n".join(_described(file, problem) for problem in loaded.problems))
    return parse_tenant(name, source, loaded.value)


def parse_tenant(name: str, source: SourceText, document: Any) -> Tenant:
    """Make a tenant of its document. Raises TenantError that names every mistake."""
    reader = _Reader(source.file)
    top = reader.mapping((), document, ("target", "parameters", "select"), required=("target",))
    target = _target(reader, top.get("target"))
    parameters = top.get("parameters")
    if parameters is not None and not isinstance(parameters, Mapping):
        reader.wrong("parameters", "is not a mapping of names to values")
    select = reader.mapping(("select",), top.get("select") or {}, ("include", "exclude"))
    include = _selectors(reader, "select.include", select.get("include"))
    exclude = _selectors(reader, "select.exclude", select.get("exclude"))
    if select.get("include") == []:
        reader.wrong("select.include", "is empty: leave it out to select the whole catalog")
    if reader.problems or target is None:
        raise TenantError("\n".join(reader.problems))
    values = {key: value for key, value in (parameters or {}).items() if value is not None}
    return Tenant(name, source.file, target, values, include, exclude)


class _Reader:
    """Collects what is wrong with one document."""

    def __init__(self, file: str) -> None:
        self.problems: list[str] = []
        self._file = file

    def wrong(self, where: str, what: str) -> None:
        self.problems.append(f"{self._file}: {where} {what}")

    def mapping(
        self,
        path: Sequence[str],
        value: Any,
        keys: Sequence[str],
        required: Sequence[str] = (),
    ) -> Mapping[str, Any]:
        where = ".".join(path) or "the file"
        if not isinstance(value, Mapping):
            self.wrong(where, f"is not a mapping with {', '.join(keys)}")
            return {}
        for key in value:
            if key not in keys:
                near = get_close_matches(str(key), keys, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(keys)}"
                self.wrong(where, f"has an unknown key {key!r}{hint}")
        for key in required:
            if value.get(key) is None:
                self.wrong(where, f"lacks {key!r}")
        return value

    def text(self, where: str, value: Any) -> str | None:
        if value is None:
            return None
        if isinstance(value, str) and value:
            return value
        hint = ": quote it" if isinstance(value, (bool, int, float)) else ""
        self.wrong(where, f"is not text{hint}")
        return None


def _target(reader: _Reader, value: Any) -> Target | None:
    keys = ("tenantId", "subscriptionId", "resourceGroup", "workspace", "cloud")
    before = len(reader.problems)
    if value is None:
        return None
    given = reader.mapping(("target",), value, keys, required=keys)
    texts = {key: reader.text(f"target.{key}", given.get(key)) or "" for key in keys}
    cloud = _cloud(reader, texts["cloud"]) if texts["cloud"] else None
    if cloud is None or len(reader.problems) > before:
        return None
    # On a rehearsal target nobody issues these ids, so any plain one will do.
    shape, what = (_PLAIN_ID, "a plain id") if cloud.is_loopback else (_GUID, "a GUID")
    for key in ("tenantId", "subscriptionId"):
        if not shape.fullmatch(texts[key]):
            reader.wrong(f"target.{key}", f"is not {what}: {texts[key]!r}")
    if not _RESOURCE_GROUP.fullmatch(texts["resourceGroup"]):
        reader.wrong(
            "target.resourceGroup", f"cannot be a resource group: {given['resourceGroup']!r}"
        )
    if not _WORKSPACE.fullmatch(texts["workspace"]):
        reader.wrong("target.workspace", f"cannot be a workspace: {texts['workspace']!r}")
    if len(reader.problems) > before:
        return None
    return Target(
        texts["tenantId"],
        texts["subscriptionId"],
        texts["resourceGroup"],
        texts["workspace"],
        cloud,
    )


def _cloud(reader: _Reader, text: str) -> Cloud | None:
    try:
        return parse_cloud(text)
    except ValueError as error:
        reader.wrong("target.cloud", f"is wrong: {error}")
        return None


def _selectors(reader: _Reader, where: str, value: Any) -> tuple[Selector, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        reader.wrong(where, "is not a list")
        return ()
    found = [_selector(reader, f"{where}[{index}]", item) for index, item in enumerate(value)]
    return tuple(selector for selector in found if selector is not None)


def _selector(reader: _Reader, where: str, value: Any) -> Selector | None:
    if isinstance(value, str) and value:
        return Selector(repr(value), glob=value)
    keys = ("tag", "severity", "kind", "id")
    if not isinstance(value, Mapping) or not value:
        reader.wrong(where, f"is neither a glob on AREA/SLUG nor a mapping with {', '.join(keys)}")
        return None
    given = reader.mapping((where,), value, keys)
    conditions = {}
    for key in keys:
        if key not in given:
            continue
        text = reader.text(f"{where}.{key}", given[key])
        if text is None:
            if given[key] is None:
                reader.wrong(f"{where}.{key}", "has no value")
            continue
        conditions[key] = text
        choices = _CHOICES.get(key)
        if choices and text not in choices:
            near = get_close_matches(text.capitalize(), choices, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            reader.wrong(f"{where}.{key}", f"is not one of {', '.join(choices)}{hint}")
    written = "{" + ", ".join(f"{key}: {text}" for key, text in conditions.items()) + "}"
    return Selector(written, conditions=conditions)


def _described(file: str, problem: Problem) -> str:
    place = problem.place
    where = f"{file}:{place.line}:{place.column}" if isinstance(place, InFile) else file
    return f"{where}: {problem.message}"


def _near(root: Path, name: str) -> str:
    names = sorted(path.stem for path in (root / FOLDER).glob("*.yaml"))
    near = get_close_matches(name, names, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; there are {', '.join(names)}" if names else ""
