"""Functions on text that need no regular expression; those that do are in `regex`."""

from __future__ import annotations

from generator.kql_evaluator.budget import LONGEST_TEXT, Budget
from generator.kql_evaluator.errors import InvalidArgumentError
from generator.kql_evaluator.expressions.text_match import has_term
from generator.kql_evaluator.formats import to_text
from generator.kql_evaluator.functions import work
from generator.kql_evaluator.functions.registry import Call, Evaluate, Family
from generator.kql_evaluator.values import Value

FAMILY = Family("Strings")

_MOST_REPEATS = 1024
"""The engine's own limit (KQL reference, strrep())."""


def _length(value: Value) -> int:
    return len(value) if isinstance(value, str | list | dict) else 0


def _joined_length(budget: Budget, *parts: Value) -> None:
    budget.written(*parts)
    budget.text(sum(map(_length, parts)))


def _delimited_length(budget: Budget, delimiter: Value, *parts: Value) -> None:
    budget.written(*parts)
    budget.text(sum(map(_length, parts)) + _length(delimiter) * len(parts))


def _array_length(budget: Budget, array: Value, delimiter: str) -> None:
    if isinstance(array, list):
        _delimited_length(budget, delimiter, *array)


def _repeated_length(budget: Budget, text: str, times: int, delimiter: str = "") -> None:
    budget.text((len(text) + len(delimiter)) * min(max(times, 0), _MOST_REPEATS))


def _replaced_length(budget: Budget, text: str, lookup: str, rewrite: str) -> None:
    if lookup and len(rewrite) > len(lookup):
        budget.text(len(text) + text.count(lookup) * (len(rewrite) - len(lookup)))


def _pairs_replaced(budget: Budget, text: str, lookups: Value, rewrites: Value) -> None:
    budget.written(lookups)
    budget.written(rewrites)
    if isinstance(lookups, list):
        budget.step(len(lookups) * (1 + (len(text) >> 6)))


def _searched(budget: Budget, text: str, lookup: str, *options: int) -> None:
    """Each occurrence is looked for anew."""
    if len(options) > 2:
        budget.step(min(max(options[2], 0), len(text)) * (1 + (len(lookup) >> 6)))


def _terms_searched(budget: Budget, text: str, terms: Value) -> None:
    budget.written(terms)
    if isinstance(terms, list):
        budget.step(len(terms) * (1 + (len(text) >> 6)))


@FAMILY.scalar("tolower", parameters=("string",))
def tolower(text: str) -> str:
    return text.lower()


@FAMILY.scalar("toupper", parameters=("string",))
def toupper(text: str) -> str:
    return text.upper()


@FAMILY.scalar("strcat", strict=False, work=_joined_length)
def strcat(*parts: Value) -> str:
    """Nulls count as empty text."""
    return "".join(to_text(part) for part in parts)


@FAMILY.scalar("strcat_delim", strict=False, work=_delimited_length)
def strcat_delim(delimiter: Value, *parts: Value) -> str:
    return to_text(delimiter).join(to_text(part) for part in parts)


@FAMILY.scalar("strcat_array", "array_strcat", parameters=("dynamic", "string"), work=_array_length)
def strcat_array(array: Value, delimiter: str) -> str:
    """A value that is no array gives ''."""
    return delimiter.join(to_text(item) for item in array) if isinstance(array, list) else ""


@FAMILY.scalar("strlen", parameters=("string",))
def strlen(text: str) -> int:
    """Counts code points."""
    return len(text)


@FAMILY.scalar("string_size", parameters=("string",))
def string_size(text: str) -> int:
    """Counts the bytes of UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


@FAMILY.scalar("strcmp", parameters=("string",))
def strcmp(left: str, right: str) -> int:
    return (left > right) - (left < right)


@FAMILY.scalar("strrep", parameters=("string", "long", "string"), work=_repeated_length)
def strrep(text: str, times: int, delimiter: str = "") -> str:
    """At most 1024 times, as in the engine."""
    return delimiter.join([text] * min(max(times, 0), _MOST_REPEATS))


@FAMILY.scalar("substring", parameters=("string", "long", "long"))
def substring(text: str, start: int, length: int | None = None) -> str:
    """A negative start counts from the end."""
    first = max(len(text) + start, 0) if start < 0 else start
    return text[first:] if length is None or length < 0 else text[first : first + length]


@FAMILY.scalar("indexof", parameters=("string", "string", "long"), work=_searched)
def indexof(text: str, lookup: str, start: int = 0, length: int = -1, nth: int = 1) -> int | None:
    """-1 where nothing is found; null for a length below -1 or an occurrence below 1."""
    if length < -1 or nth < 1 or start > len(text):
        return None
    at = max(len(text) + start, 0) if start < 0 else start
    found = -1
    for _ in range(nth):
        # The length counts anew from behind each occurrence (KQL reference, indexof(), idx8).
        found = text.find(lookup, at, len(text) if length == -1 else at + length)
        if found < 0:
            return -1
        at = found + 1
    return found


@FAMILY.scalar("has_any_index", parameters=("string", "dynamic"), work=_terms_searched)
def has_any_index(text: str, terms: Value) -> int:
    """The index of the first item that the text `has`, -1 where there is none."""
    lowered = text.lower()
    for index, term in enumerate(terms if isinstance(terms, list) else [terms]):
        if has_term(lowered, to_text(term).lower()):
            return index
    return -1


@FAMILY.scalar("replace_string", parameters=("string",), work=_replaced_length)
def replace_string(text: str, lookup: str, rewrite: str) -> str:
    return text.replace(lookup, rewrite) if lookup else text


@FAMILY.prepared(
    "replace_strings", parameters=("string", "dynamic", "dynamic"), work=_pairs_replaced
)
def replace_strings(call: Call) -> Evaluate:
    """Replaces one pair after the other."""
    lookups, rewrites = call.constant(1), call.constant(2)
    if lookups is not None and rewrites is not None:
        _replaced_pairs("", lookups, rewrites)
    return _replaced_pairs


def _replaced_pairs(text: str, lookups: Value, rewrites: Value) -> str:
    if not isinstance(lookups, list) or not isinstance(rewrites, list):
        raise InvalidArgumentError("lookups and rewrites must be arrays")
    if len(lookups) != len(rewrites):
        raise InvalidArgumentError("there must be as many rewrites as lookups")
    for lookup, rewrite in zip(lookups, rewrites, strict=True):
        old, new = to_text(lookup), to_text(rewrite)
        if len(text) + text.count(old) * max(len(new) - len(old), 0) > LONGEST_TEXT:
            raise InvalidArgumentError(f"the text becomes longer than {LONGEST_TEXT:,} characters")
        text = replace_string(text, old, new)
    return text


@FAMILY.scalar("reverse", strict=False, work=work.written)
def reverse(value: Value) -> str:
    return to_text(value)[::-1]


def _split_parts(budget: Budget, text: str, delimiter: str, *_: Value) -> None:
    if delimiter:
        budget.elements(text.count(delimiter))


@FAMILY.scalar("split", parameters=("string", "string", "long"), work=_split_parts)
def split(text: str, delimiter: str, index: int | None = None) -> list[str]:
    """With an index, an array of that part alone; empty where there is no such part."""
    parts = text.split(delimiter) if delimiter else [text]
    if index is None:
        return parts
    return parts[index : index + 1] if index >= 0 else parts[index:][:1]


@FAMILY.scalar("translate", parameters=("string",), work=work.letter_by_letter(3))
def translate(search: str, replacement: str, text: str) -> str:
    """A replacement list that is too short goes on with its last character."""
    if not replacement:
        return text.translate({ord(character): None for character in search})
    table: dict[int, str] = {}
    for index, character in enumerate(search):
        table.setdefault(ord(character), replacement[min(index, len(replacement) - 1)])
    return text.translate(table)


@FAMILY.scalar("isascii", parameters=("string",))
def isascii(text: str) -> bool:
    return text.isascii()


@FAMILY.scalar("isutf8", parameters=("string",), work=work.letter_by_letter(1))
def isutf8(text: str) -> bool:
    """Text in memory is Unicode; only a lone surrogate cannot be UTF-8."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


@FAMILY.scalar(
    "to_utf8",
    "unicode_codepoints_from_string",
    parameters=("string",),
    work=work.an_element_per_letter,
)
def unicode_codepoints_from_string(text: str) -> list[int]:
    return [ord(character) for character in text]


@FAMILY.scalar("make_string", "unicode_codepoints_to_string", strict=False)
def unicode_codepoints_to_string(*points: Value) -> str:
    """Takes code points and arrays of them; what is no code point is left out."""
    flat: list[Value] = []
    for point in points:
        flat += point if isinstance(point, list) else [point]
    return "".join(
        chr(point)
        for point in flat
        if isinstance(point, int) and not isinstance(point, bool) and 0 <= point <= 0x10FFFF
    )


@FAMILY.prepared(
    "parse_command_line", parameters=("string", "string"), work=work.letter_by_letter(4)
)
def parse_command_line(call: Call) -> Evaluate:
    """The rules of CommandLineToArgvW; `windows` is the only parser there is."""
    parser = call.constant(1)
    if isinstance(parser, str):
        _command_line_arguments("", parser)
    return _command_line_arguments


def _command_line_arguments(text: str, parser: str) -> list[str] | None:
    if parser.lower() != "windows":
        raise InvalidArgumentError("the only supported parser is 'windows'")
    if not text.strip():
        return None
    arguments: list[str] = []
    position = _behind_blanks(text, 0)
    while position < len(text):
        argument, position = _next_argument(text, position)
        arguments.append(argument)
        position = _behind_blanks(text, position)
    return arguments


def _behind_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t":
        position += 1
    return position


def _next_argument(text: str, index: int) -> tuple[str, int]:
    """Return the argument that begins at a place, and the place behind it."""
    result: list[str] = []
    quoted = False
    while index < len(text):
        character = text[index]
        if character == "\\":
            run = 1
            while text[index + run : index + run + 1] == "\\":
                run += 1
            index += run
            if text[index : index + 1] != '"':
                result.append("\\" * run)
                continue
            result.append("\\" * (run // 2))
            if run % 2:
                result.append('"')
                index += 1
            continue
        if character == '"':
            if quoted and text[index + 1 : index + 2] == '"':
                result.append('"')
                index += 1
            else:
                quoted = not quoted
        elif character in " \t" and not quoted:
            break
        else:
            result.append(character)
        index += 1
    return "".join(result), index
