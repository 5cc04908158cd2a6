"""SG123: text of a detection that ends where YAML sees a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import DocumentCheck
from generator.findings import Code, InDocument, Problem, Severity
from generator.text.positions import resolve
from generator.text.source_text import SourceText

_KEYS = ("name", "description", "query")
_COMMENT = re.compile(r"[ \t]+#[^\r\n]*")
_LINE_END = re.compile(r"\r\n|\n|\r")
_OTHER_STYLES = tuple("'\"|>&*!")


class CutOff(DocumentCheck):
    """YAML takes the rest of a line of text for a comment."""

    code = Code(
        "SG123",
        summary="Text that YAML cuts off at #",
        explanation=(
            "In a text without quotes a # behind a blank begins a comment of YAML: a name loses "
            "its number, and a query the filter that follows, so that it alerts on more than it "
            "says. Put the text in quotes, write the query as `query: |`, or, where a comment is "
            "meant, put it on a line of its own."
        ),
        severity=Severity.ERROR,
        source="https://yaml.org/spec/1.1/#id862929 (comments), #id907281 (plain scalars)",
    )

    def examine(self, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each name, description and query that a comment ends."""
        if " #" not in detection.source.text and "\t#" not in detection.source.text:
            return
        for key in _KEYS:
            if isinstance(detection.document.get(key), str):
                comment = _comment_behind(detection.source, key)
                if comment is not None:
                    yield Problem(
                        self.code,
                        f"{key} ends before {_shortened(comment)}, which YAML takes for a comment",
                        InDocument((key,)),
                        "put the text in quotes or in a block (|), or the comment on its own line",
                    )


def _comment_behind(source: SourceText, key: str) -> str | None:
    place = resolve(source, InDocument((key,)))
    if place.end_line is None or place.end_column is None:
        return None
    lines = _LINE_END.split(source.text)
    if lines[place.line - 1][place.column - 1 :].startswith(_OTHER_STYLES):
        return None
    comment = _COMMENT.match(lines[place.end_line - 1], place.end_column - 1)
    return None if comment is None else comment[0].strip()


def _shortened(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
