"""SG106: a comment or a multi-line string of the query whose lines YAML has joined."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.catalog.positions import resolve
from generator.checks.check import DocumentCheck
from generator.findings import InText, Problem, Severity
from generator.kql.lexical import Region, Token, regions

_LITERAL_QUERY = re.compile(r"^query:[ \t]*\|[-+0-9]*[ \t]*(?:#.*)?\r?$", re.MULTILINE)
_TEMPLATE_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_WORD = re.compile(r"\S+")
_MULTI_LINE_STRING = re.compile(r"[hH]?@?(?:```|~~~)")
_PATH = ("query",)


class JoinedLines(DocumentCheck):
    """YAML joins lines of the query where their ends matter to KQL."""

    code = "SG106"
    title = "Lines of the query that YAML joins"
    explanation = (
        "`query: >`, a quoted and a plain text make one line of several. A KQL comment goes on to "
        "the end of its line, so that it swallows the lines that are joined to it: the filters "
        "that stand there are gone, and the rule alerts on everything. A string between ``` or "
        "~~~ loses its line ends in the same way. Write `query: |`, which keeps every line."
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
        for token in regions(query):
            text = query[token.start : token.end]
            if token.region is Region.COMMENT and _swallows_code(detection, token, text):
                message = "the comment swallows the lines below it: YAML joins them to its line"
            elif _MULTI_LINE_STRING.match(text) and _is_joined(detection, token, text):
                message = "YAML joins the lines of this string"
            else:
                continue
            yield Problem(
                self.code,
                message,
                InText(_PATH, token.start, token.end),
                "write the query as `query: |`, which keeps its lines as they are",
            )


def _swallows_code(detection: Detection, token: Token, text: str) -> bool:
    """Tell whether a further line of the file, and not only one more comment, is in a comment."""
    lines = _first_words(detection, token, text)
    next(lines, None)
    return any(not word.startswith("//") for word in lines)


def _is_joined(detection: Detection, token: Token, text: str) -> bool:
    return any(
        sum(1 for _ in _first_words(detection, token, line, offset)) > 1
        for offset, line in _lines(text)
    )


def _lines(text: str) -> Iterator[tuple[int, str]]:
    offset = 0
    for line in text.split("\n"):
        yield offset, line
        offset += len(line) + 1


def _first_words(detection: Detection, token: Token, text: str, offset: int = 0) -> Iterator[str]:
    """Yield the first word of each line of the file that a part of the query comes from."""
    last = 0
    for word in _WORD.finditer(text):
        start = token.start + offset + word.start()
        line = resolve(detection.source, InText(_PATH, start, start + 1)).line
        if line > last:
            last = line
            yield word[0]
