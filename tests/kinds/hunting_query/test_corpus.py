"""The community's hunting queries, unchanged: each loads, and what is an error of it is listed."""

from __future__ import annotations

import shutil
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from generator.artifacts.build import plan_artifacts
from generator.catalog.configuration import Configuration
from generator.catalog.load import load_catalog
from generator.compile import Compilation, compile_catalog
from generator.findings import Severity
from generator.kinds import seats
from tests.artifacts.arm_reader import read_template
from tests.artifacts.bicep_reader import read_bicep
from tests.shared import HUNTING_QUERIES, needs_shared

ERRORS = Path(__file__).with_name("corpus_errors.yaml")


@cache
def corpus() -> tuple[Compilation, dict[str, Any]]:
    """Return the corpus compiled without KQL, and its documents as another reader has them."""
    with TemporaryDirectory() as name:
        root = Path(name)
        shutil.copytree(HUNTING_QUERIES, root / "hunting/corpus")
        catalog = load_catalog(root, Configuration(), seats())
        compilation = compile_catalog(catalog, today=date(2026, 1, 15))
    documents = {
        path.stem: yaml.safe_load(path.read_text("utf-8-sig"))
        for path in HUNTING_QUERIES.glob("*.yaml")
    }
    return compilation, documents


@needs_shared(HUNTING_QUERIES)
def test_every_official_hunting_query_loads() -> None:
    compilation, documents = corpus()
    slugs = {one.detection.slug for one in compilation.detections}
    assert slugs == {f"hunting/corpus/{stem}" for stem in documents}
    assert len(slugs) >= 90


@needs_shared(HUNTING_QUERIES)
def test_what_is_an_error_of_one_is_listed() -> None:
    compilation, _ = corpus()
    found = sorted(
        f"{Path(one.file).stem} {one.code} {one.message}"
        for one in compilation.findings
        if one.severity is Severity.ERROR
    )
    assert found == yaml.safe_load(ERRORS.read_text("utf-8"))


@needs_shared(HUNTING_QUERIES)
def test_a_saved_search_says_what_the_file_says() -> None:
    compilation, documents = corpus()
    for resource in compilation.resources():
        document = documents[resource.label.rpartition("/")[2]]
        properties = resource.body["properties"]
        tags = {tag["name"]: tag["value"] for tag in properties.get("tags", [])}
        assert resource.id == document["id"]
        assert properties["category"] == "Hunting Queries"
        assert properties["displayName"] == document["name"]
        assert properties["query"] == document["query"]
        assert tags.get("description", "").strip("'\"\n ") == document["description"].strip(
            "'\"\n "
        )
        tactics = [tactic.replace(" ", "") for tactic in document.get("tactics") or []]
        assert tags.get("tactics", "").split(",") == (list(dict.fromkeys(tactics)) or [""])
        written = [*(document.get("relevantTechniques") or []), *(document.get("techniques") or [])]
        assert tags.get("techniques", "").split(",") == (list(dict.fromkeys(written)) or [""])


@needs_shared(HUNTING_QUERIES)
def test_artifacts_read_back_as_they_were_meant() -> None:
    compilation, _ = corpus()
    for resource in compilation.resources():
        for path, content in plan_artifacts([resource], Configuration()).items():
            text = b"".join(content).decode()
            (read,) = (read_template if path.endswith(".json") else read_bicep)(text, "law-lab")
            assert read.properties == resource.body["properties"], path
            assert (read.id, read.etag) == (resource.id, "*")
