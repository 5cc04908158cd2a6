"""URLs, base64, punycode, paths and version numbers: text that has parts."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from decimal import Decimal
from urllib.parse import quote, unquote
from uuid import UUID

from generator.kql_evaluator.budget import LONGEST_TEXT, Budget
from generator.kql_evaluator.errors import UnsupportedArgumentError
from generator.kql_evaluator.functions import work
from generator.kql_evaluator.functions.registry import Family
from generator.kql_evaluator.values import Value

FAMILY = Family("URLs, encodings, paths")


_ESCAPE = re.compile("%[0-9A-F]{2}")


def _quoted(text: str, safe: str) -> str:
    """Escape with small letters, as the engine does."""
    escaped = quote(text.encode("utf-8", "surrogatepass"), safe=safe)
    return _ESCAPE.sub(lambda match: match[0].lower(), escaped)


@FAMILY.scalar("url_encode", parameters=("string",), work=work.letter_by_letter(12))
def url_encode(text: str) -> str:
    """A blank becomes `+`, as in a form."""
    return _quoted(text, "-_.!*()").replace("%20", "+")


@FAMILY.scalar("url_encode_component", parameters=("string",), work=work.letter_by_letter(12))
def url_encode_component(text: str) -> str:
    """A blank becomes `%20`."""
    return _quoted(text, "-_.!*()")


@FAMILY.scalar("url_decode", parameters=("string",), work=work.letter_by_letter(6))
def url_decode(text: str) -> str:
    return unquote(text.replace("+", " "))


_URL = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?:(?P<user>[^/?#@:]*)(?::(?P<password>[^/?#@]*))?@)?"
    r"(?P<host>\[[^\]]*\]|[^/?#:]*)(?::(?P<port>\d*))?(?P<path>/[^?#]*|)(?:\?(?P<query>[^#]*))?"
    r"(?:\#(?P<fragment>.*))?",
    re.DOTALL,
)


def _query_parameters(query: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        if key:
            parameters[key] = value
    return parameters


@FAMILY.scalar("parse_url", "parseurl", parameters=("string",), work=work.letter_by_letter(4))
def parse_url(text: str) -> dict[str, Value]:
    """All parts are text, absent ones ''."""
    match = _URL.fullmatch(text)
    parts = match.groupdict(default="") if match else {}
    return {
        "Scheme": parts.get("scheme", ""),
        "Host": parts.get("host", ""),
        "Port": parts.get("port", ""),
        "Path": parts.get("path", ""),
        "Username": parts.get("user", ""),
        "Password": parts.get("password", ""),
        "Query Parameters": _query_parameters(parts.get("query", "")),
        "Fragment": parts.get("fragment", ""),
    }


@FAMILY.scalar(
    "parse_urlquery", "parseurlquery", parameters=("string",), work=work.letter_by_letter(4)
)
def parse_urlquery(text: str) -> dict[str, Value]:
    return {"Query Parameters": _query_parameters(text.removeprefix("?"))}


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


@FAMILY.scalar("base64_encode_tostring", "base64_encodestring", parameters=("string",))
def base64_encode_tostring(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii")


@FAMILY.scalar("base64_decode_tostring", "base64_decodestring", parameters=("string",))
def base64_decode_tostring(text: str) -> str:
    """'' where the text is no base64 or the bytes are no UTF-8."""
    data = _decoded(text)
    try:
        return data.decode("utf-8") if data is not None else ""
    except UnicodeDecodeError:
        return ""


def _decoded_elements(budget: Budget, text: str) -> None:
    budget.elements(len(text) * 3 >> 2)


@FAMILY.scalar("base64_decode_toarray", parameters=("string",), work=_decoded_elements)
def base64_decode_toarray(text: str) -> list[int] | None:
    data = _decoded(text)
    return list(data) if data is not None else None


@FAMILY.scalar("base64_encode_fromarray")
def base64_encode_fromarray(array: Value) -> str:
    """'' where an element is no byte."""
    if not isinstance(array, list) or not all(type(b) is int and 0 <= b < 256 for b in array):
        return ""
    return base64.b64encode(bytes(array)).decode("ascii")


@FAMILY.scalar("base64_decode_toguid", parameters=("string",))
def base64_decode_toguid(text: str) -> UUID | None:
    data = _decoded(text)
    return UUID(bytes_le=data) if data is not None and len(data) == 16 else None


@FAMILY.scalar("base64_encode_fromguid", parameters=("guid",))
def base64_encode_fromguid(guid: UUID) -> str:
    return base64.b64encode(guid.bytes_le).decode("ascii")


def _inflating(budget: Budget, text: str) -> None:
    """A text may become a thousand times as long."""
    budget.step(min(len(text) << 4, LONGEST_TEXT >> 3))


def _inflated(text: str, window: int) -> str:
    data = _decoded(text)
    if data is None:
        return ""
    try:
        # A bound, so that a few bytes of a fixture cannot fill the memory.
        inflating = zlib.decompressobj(window)
        plain = inflating.decompress(data, LONGEST_TEXT)
        # What is left, or a byte more of a text that ends exactly there.
        if inflating.unconsumed_tail or inflating.decompress(b"", 1):
            raise UnsupportedArgumentError(
                f"the text is longer than the {LONGEST_TEXT:,} characters that are computed here"
            )
        return plain.decode("utf-8")
    except (zlib.error, UnicodeDecodeError):
        return ""


@FAMILY.scalar("gzip_decompress_from_base64_string", parameters=("string",), work=_inflating)
def gzip_decompress_from_base64_string(text: str) -> str:
    """'' where the text is no base64 of compressed UTF-8."""
    return _inflated(text, 16 + zlib.MAX_WBITS)


@FAMILY.scalar("zlib_decompress_from_base64_string", parameters=("string",), work=_inflating)
def zlib_decompress_from_base64_string(text: str) -> str:
    """'' where the text is no base64 of compressed UTF-8."""
    return _inflated(text, zlib.MAX_WBITS)


def _inserted_letters(budget: Budget, text: str) -> None:
    """Each letter is put into a text, whose length makes that longer."""
    budget.step(len(text) * (1 + (len(text) >> 5)))


@FAMILY.scalar("punycode_to_string", parameters=("string",), work=_inserted_letters)
def punycode_to_string(text: str) -> str:
    try:
        return text.encode("ascii").decode("punycode")
    except UnicodeError:
        return ""


@FAMILY.scalar("punycode_from_string", parameters=("string",), work=_inserted_letters)
def punycode_from_string(text: str) -> str:
    return text.encode("punycode").decode("ascii")


@FAMILY.scalar("punycode_domain_to_string", parameters=("string",), work=_inserted_letters)
def punycode_domain_to_string(text: str) -> str:
    labels = text.split(".")
    return ".".join(
        punycode_to_string(label[4:]) if label.lower().startswith("xn--") else label
        for label in labels
    )


@FAMILY.scalar("punycode_domain_from_string", parameters=("string",), work=_inserted_letters)
def punycode_domain_from_string(text: str) -> str:
    labels = text.split(".")
    return ".".join(
        label if label.isascii() else f"xn--{punycode_from_string(label)}" for label in labels
    )


_PATH = re.compile(r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+)://)?(?P<rest>.*)", re.DOTALL)
_DRIVE = re.compile(r"[A-Za-z]:")


@FAMILY.scalar("parse_path", parameters=("string",))
def parse_path(text: str) -> dict[str, str]:
    match = _PATH.fullmatch(text)
    scheme, rest = (match["scheme"] or "", match["rest"]) if match else ("", text)
    drive = _DRIVE.match(rest)
    separator = max(rest.rfind("/"), rest.rfind("\\"))
    directory, name = rest[: max(separator, 0)], rest[separator + 1 :]
    if drive and separator < 0:
        name = rest[2:]
    name, _, stream = name.partition(":")
    root, dot, extension = name.rpartition(".")
    return {
        "Scheme": scheme,
        "RootPath": drive[0] if drive else "",
        "DirectoryPath": directory,
        "DirectoryName": re.split(r"[/\\]", directory)[-1],
        "Filename": name,
        "Extension": extension if dot and root else "",
        "AlternateDataStreamName": stream,
    }


@FAMILY.scalar("parse_version", parameters=("string",))
def parse_version(text: str) -> Value:
    """A decimal that sorts as the version does; one to four parts of up to eight digits."""
    parts = text.split(".")
    if not 1 <= len(parts) <= 4 or not all(re.fullmatch(r"\d{1,8}", part) for part in parts):
        return None
    numbers = [int(part) for part in parts] + [0] * (4 - len(parts))
    return Decimal("".join(f"{number:08}" for number in numbers))
