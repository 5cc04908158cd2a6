"""SG106: a comment or a multi-line string of the query whose lines YAML has joined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from generator.catalog.detection import Detection
from generator.checks.check import DocumentCheck
from generator.findings import InText, Problem, Severity
from generator.kql.lexical import Region, regions
from generator.text.positions import resolve
from generator.text.source_text import SourceText

_LITERAL_QUERY = re.compile(r"^query:[ \t]*\|[-+0-9]*[ \t]*(?:#.*)?\r?$", re.MULTILINE)
_TEMPLATE_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_WORD = re.compile(r"\S+")
_MULTI_LINE_STRING = re.compile(r"[hH]?@?(?:```|~~~)")
_LINE_END = re.compile(r"\r\n|\n|\r")
_LOOKS_LIKE_CODE = re.compile(r"[|)\]};]|let\s+\w+\s*=|[\"'][^\"']*[\"']\s*(?:[,)\];]|$)")
_WRAPPED_FROM = 70
"""Characters. Programs that write YAML wrap long lines of text, and none that are shorter."""
_PATH = ("query",)


class JoinedLines(DocumentCheck):
    """YAML joins lines of the query where their ends matter to KQL."""

    code = "SG106"
    title = "Lines of the query that YAML joins"
    explanation = (
        "`query: >`, a quoted and a plain text make one line of several. A KQL comment goes on to "
        "the end of its line, so that it swallows the lines that are joined to it: the filters "
        "that stand there are gone, and the rule alerts on everything. A string between ``` or "
        "~~~ loses its line ends in the same way. Write `query: |`, which keeps every line. What a "
        "program wrapped when it wrote the file is left alone: there, line ends are kept."
    )
    severity = Severity.ERROR
    source = "https://yaml.org/spec/1.1/#id928909 (folded, quoted and plain scalars: line folding)"

    def examine(self, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each comment that swallows code, and each string that is joined."""
        query = detection.document.get("query")
        if not isinstance(query, str) or _LITERAL_QUERY.search(detection.source.text):
            return
        if "parameters" in detection.document:
            query = _TEMPLATE_TAG.sub(lambda tag: " " * len(tag[0]), query)
        if "//" not in query and "```" not in query and "~~~" not in query:
            return
        written = _written(detection.source, len(query))
        for token in regions(query):
            text = query[token.start : token.end]
            if token.region is Region.COMMENT and written.swallows_code(token.start, text):
                message = "the comment swallows the lines below it: YAML joins them to its line"
            elif _MULTI_LINE_STRING.match(text) and written.is_joined(token.start, text):
                message = "YAML joins the lines of this string"
            else:
                continue
            yield Problem(
                self.code,
                message,
                InText(_PATH, token.start, token.end),
                "write the query as `query: |`, which keeps its lines as they are",
            )


@dataclass(frozen=True, slots=True)
class _WrittenQuery:
    """The query as it stands in the file; lines are counted from 1."""

    source: SourceText
    lines: tuple[str, ...]
    is_wrapped: bool

    def swallows_code(self, start: int, comment: str) -> bool:
        """Tell whether a comment holds a further line of the file that was meant as code."""
        if self.is_wrapped:
            return False
        further = list(self._lines_of(start, comment))[1:]
        return any(
            _LOOKS_LIKE_CODE.match(self.lines[line - 1].strip()) is not None for line in further
        )

    def is_joined(self, start: int, string: str) -> bool:
        """Tell whether one line of a string comes from several lines of the file."""
        if self.is_wrapped:
            return False
        for part in string.split("\n"):
            if len(list(self._lines_of(start, part))) > 1:
                return True
            start += len(part) + 1
        return False

    def _lines_of(self, start: int, text: str) -> Iterator[int]:
        """Yield the lines of the file that hold words of a part of the query.

        What follows a backslash at the end of a line was broken on purpose and is no further line.
        """
        last = 0
        for word in _WORD.finditer(text):
            offset = start + word.start()
            line = resolve(self.source, InText(_PATH, offset, offset + 1)).line
            if line > last:
                if last == 0 or not self.lines[line - 2].endswith("\\"):
                    yield line
                last = line


def _written(source: SourceText, length: int) -> _WrittenQuery:
    place = resolve(source, InText(_PATH, 0, length))
    lines = tuple(line.rstrip() for line in _LINE_END.split(source.text))
    block = lines[place.line - 1 : place.end_line]
    joined = [len(line.strip()) for line, below in pairwise(block) if line and below]
    longest = max(joined, default=0)
    return _WrittenQuery(source, lines, longest >= _WRAPPED_FROM and 2 * min(joined) > longest)
