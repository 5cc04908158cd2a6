"""SG106: a comment or a multi-line string of the query whose lines YAML has joined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from generator.catalog.detection import Detection
from generator.check import DocumentCheck
from generator.findings import Code, InText, Problem, Severity
from generator.kql.lexical import Region, regions
from generator.text.positions import resolve
from generator.text.source_text import SourceText

_LITERAL_QUERY = re.compile(r"^query:[ \t]*\|[-+0-9]*[ \t]*(?:#.*)?\r?$", re.MULTILINE)
_TAGS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_WORD = re.compile(r"\S+")
_MULTI_LINE_STRING = re.compile(r"[hH]?@?(?:```|~~~)")
_LINE_END = re.compile(r"\r\n|\n|\r")
_LOOKS_LIKE_CODE = re.compile(r"[|)\]};]|let\s+\w+\s*=|[\"'][^\"']*[\"']\s*(?:[,)\];]|$)")
_WRAPPED_FROM = 70
"""Characters. Programs that write YAML wrap long lines of text, and none that are shorter."""
_PATH = ("query",)


class JoinedLines(DocumentCheck):
    """YAML joins lines of the query where their ends matter to KQL."""

    code = Code(
        "SG106",
        summary="Lines of the query that YAML joins",
        explanation=(
            "`query: >`, a quoted and a plain text make one line of several. A KQL comment goes "
            "on to the end of its line, so that it swallows the lines that are joined to it: the "
            "filters that stand there are gone, and the rule alerts on everything. A string "
            "between ``` or ~~~ loses its line ends in the same way. Write `query: |`, which "
            "keeps every line. A long comment that a program wrapped when it wrote the file loses "
            "nothing and is not reported."
        ),
        severity=Severity.ERROR,
        source=(
            "https://yaml.org/spec/1.1/#id928909 (folded, quoted and plain scalars: line folding)"
        ),
    )

    def examine(self, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each comment that swallows code, and each string that is joined."""
        query = detection.document.get("query")
        if not isinstance(query, str) or _LITERAL_QUERY.search(detection.source.text):
            return
        if "parameters" in detection.document:
            query = without_tags(query)
        if "//" not in query and "```" not in query and "~~~" not in query:
            return
        written = _written(detection.source)
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

    def swallows_code(self, start: int, comment: str) -> bool:
        """Tell whether a comment holds a further line of the file that somebody meant as one."""
        further = self._further_lines(start, comment)
        texts = ((line, self.lines[line - 1].strip()) for line in further)
        return any(
            not self._is_wrapped(line) or _LOOKS_LIKE_CODE.match(text) is not None
            for line, text in texts
            if not text.startswith("//")
        )

    def is_joined(self, start: int, string: str) -> bool:
        """Tell whether one line of a string comes from several lines of the file."""
        for part in string.split("\n"):
            if any(not self._is_wrapped(line) for line in self._further_lines(start, part)):
                return True
            start += len(part) + 1
        return False

    def _is_wrapped(self, line: int) -> bool:
        """Tell whether a program may have broken the line before this one for its length."""
        return len(self.lines[line - 2].strip()) >= _WRAPPED_FROM

    def _further_lines(self, start: int, text: str) -> Iterator[int]:
        """Yield the lines of the file, but the first, that hold words of a part of the query.

        What follows a backslash at the end of a line was broken on purpose and is no further line.
        """
        last = 0
        for word in _WORD.finditer(text):
            offset = start + word.start()
            line = resolve(self.source, InText(_PATH, offset, offset + 1)).line
            if line > last:
                if last and not self.lines[line - 2].endswith("\\"):
                    yield line
                last = line


def _written(source: SourceText) -> _WrittenQuery:
    return _WrittenQuery(source, tuple(line.rstrip() for line in _LINE_END.split(source.text)))


def without_tags(query: str) -> str:
    """Return the query with the tags of a template as blanks.

    An end that is not found once is not looked for again: a text of open tags alone would be read
    to its end for each of them.
    """
    pieces: list[str] = []
    unclosed: set[str] = set()
    copied = position = 0
    while (position := query.find("{", position)) >= 0:
        tag = query[position : position + 2]
        end = -1
        if tag in _TAGS and tag not in unclosed:
            end = query.find(_TAGS[tag], position + 2)
            if end < 0:
                unclosed.add(tag)
        if end < 0:
            position += 1
            continue
        pieces += (query[copied:position], " " * (end + 2 - position))
        copied = position = end + 2
    return "".join((*pieces, query[copied:]))
