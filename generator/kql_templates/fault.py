"""What stops a template: a check's code, a message and, once it is known, a place in a template."""

from __future__ import annotations

from generator.findings import Code, Severity

TEMPLATE_NOT_FOUND = Code(
    "SG301",
    summary="Template not found",
    explanation=(
        "`template: NAME` and Jinja's include, import and extends name a file by its path below "
        "`detections/_templates/`, with or without `.kql.j2`. No such file is there."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
UNREADABLE_TEMPLATE = Code(
    "SG302",
    summary="Template that cannot be read",
    explanation=(
        "A template is a regular file of UTF-8 text without a byte order mark and of at most 1 "
        "MiB. Save it as such."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
TEMPLATE_SYNTAX = Code(
    "SG303",
    summary="Template that does not parse",
    explanation=(
        "The text between {{ }} or {% %} does not follow Jinja's syntax, a block is not closed, "
        "or a filter or test is named that templates do not have: those that bring chance, a "
        "clock or HTML are left out."
    ),
    severity=Severity.ERROR,
    source="Jinja, Template Designer Documentation.",
    waivable=False,
)
TEMPLATE_OUTSIDE_FOLDER = Code(
    "SG304",
    summary="Template from outside of _templates/",
    explanation=(
        "Only files below `detections/_templates/` can be templates. A name with `..`, an "
        "absolute path or a link that leaves the folder could bring any file of the machine into "
        "a query."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
INCLUDE_CIRCLE = Code(
    "SG305",
    summary="Templates that include each other in a circle",
    explanation=(
        "A template that comes to include, import or extend itself never ends. Move what both "
        "need to a third template."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
UNDEFINED_NAME = Code(
    "SG306",
    summary="Name without a value in a template",
    explanation=(
        "The template reads a name that the detection gives neither in `values` nor in "
        "`parameters`, or a member that a value does not have. Give the value, or write what "
        "happens without it: `is defined`, `default(…)`."
    ),
    severity=Severity.ERROR,
    source="Jinja's StrictUndefined.",
    waivable=False,
)
TEMPLATE_LIMIT = Code(
    "SG307",
    summary="Template beyond the limits",
    explanation=(
        "Rendering counts loop rounds, characters, nesting, calls and sizes of numbers, so that "
        "no template can occupy the machine. A query of at most 10,000 characters never needs as "
        "much; look for a loop or a recursion that does not end."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
REFUSED_OPERATION = Code(
    "SG308",
    summary="Operation that templates do not have",
    explanation=(
        "Templates compare, loop, join text with ~, do sums and use the listed filters. Python's "
        "attributes and methods, formatting with %, names of templates that are computed, and "
        "turning KQL text back into values are not among that."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
TEMPLATE_FAILURE = Code(
    "SG309",
    summary="Template that fails on its values",
    explanation=(
        "An operation fails on the values that it was given, such as a division by zero or a "
        "comparison of text with a number. Check the values' types, or test them in the template "
        "first."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
VALUE_WITHOUT_LITERAL = Code(
    "SG310",
    summary="Value that has no KQL literal",
    explanation=(
        "What stands between {{ }} becomes a literal of its type. Null, a macro that is not "
        "called, a number beyond 64 bits, a value that is not finite or half a character have "
        "none; timespans, datetimes and names are written one by one, not as a list."
    ),
    severity=Severity.ERROR,
    source="Microsoft Learn, KQL, Scalar data types.",
    waivable=False,
)
RAW_KQL_IN_DETECTION = Code(
    "SG312",
    summary="raw_kql outside of _templates/",
    explanation=(
        "raw_kql writes a value as it is, so whoever gives the value writes the query. It belongs "
        "in templates, where one review covers all uses; in a query, write the value as a "
        "literal, a name as {column: Name} or {table: Name}."
    ),
    severity=Severity.WARNING,
    source="Our own decision.",
)


class TemplateFaultError(Exception):
    """A template or a value that cannot be followed.

    `template` and `start` to `end` say where, in character offsets of that template's text with
    its line ends normalised; they are None as long as only the traceback knows.
    """

    def __init__(self, code: str, message: str, help_: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help_
        self.template: str | None = None
        self.start = 0
        self.end = 0

    def at(self, template: str, start: int, end: int) -> TemplateFaultError:
        """Set the place and return the fault itself."""
        self.template, self.start, self.end = template, start, end
        return self
