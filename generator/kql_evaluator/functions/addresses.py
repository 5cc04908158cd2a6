"""Functions on IPv4 and IPv6 addresses and ranges in text.

An address may carry its prefix (`10.0.0.0/8`). Text that is no address gives null.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address, summarize_address_range

from generator.kql_evaluator.budget import Budget
from generator.kql_evaluator.formats import to_text
from generator.kql_evaluator.functions.registry import Family
from generator.kql_evaluator.values import Value

FAMILY = Family("IP addresses")

_OCTETS = re.compile(r"\s*(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\s*")
_MAPPED = 0xFFFF_0000_0000
_MAPPED_BITS = 96


def _addresses_read(budget: Budget, text: str, *wanted: Value) -> None:
    """Each address of a text is read, and compared with each that is looked for."""
    count = sum(len(item) if isinstance(item, list) else 1 for item in wanted)
    if len(text) > _SHORT or count > _SHORT:
        budget.step((1 + (len(text) >> 3)) * (1 + count) * _STEPS_OF_AN_ADDRESS)


def _ranges_read(budget: Budget, _: str, *ranges: Value) -> None:
    count = sum(len(item) for item in ranges if isinstance(item, list))
    budget.step(count * _STEPS_OF_AN_ADDRESS)


_SHORT = 64
_STEPS_OF_AN_ADDRESS = 16


@dataclass(frozen=True, slots=True)
class Address:
    """A number and the prefix that came with it; `bits` is 32 or 128."""

    number: int
    prefix: int
    bits: int

    def masked(self, prefix: int) -> int:
        """Return the number with all but the first bits cleared."""
        return self.number >> (self.bits - prefix) << (self.bits - prefix)

    @property
    def network(self) -> int:
        """The number under its own prefix."""
        return self.masked(self.prefix)


def _split_prefix(text: str, bits: int) -> tuple[str, int] | None:
    address, slash, suffix = text.partition("/")
    if not slash:
        return address, bits
    suffix = suffix.strip()
    if not (suffix.isascii() and suffix.isdecimal()) or int(suffix) > bits:
        return None
    return address, int(suffix)


def parse_v4(text: str) -> Address | None:
    """Return an IPv4 address, or None."""
    parts = _split_prefix(text, 32)
    match = _OCTETS.fullmatch(parts[0]) if parts else None
    if parts is None or match is None:
        return None
    octets = [int(octet) for octet in match.groups()]
    if any(octet > 255 for octet in octets):
        return None
    return Address(int.from_bytes(bytes(octets), "big"), parts[1], 32)


def parse_v6(text: str) -> Address | None:
    """Return an IPv6 address, or an IPv4 one as IPv6 (its prefix counts from bit 96), or None."""
    v4 = parse_v4(text)
    if v4 is not None:
        return Address(_MAPPED | v4.number, v4.prefix + _MAPPED_BITS, 128)
    address, slash, _ = text.partition("/")
    has_v4 = "." in address
    parts = _split_prefix(text, 32 if has_v4 else 128)
    if parts is None:
        return None
    try:
        number = int(IPv6Address(parts[0].strip()))
    except AddressValueError:
        return None
    if has_v4:
        prefix = parts[1] + _MAPPED_BITS if slash else 128
        return Address(number | _MAPPED if number >> 32 == 0 else number, prefix, 128)
    return Address(number, parts[1], 128)


def _comparison(left: Address, right: Address, prefix: int) -> int | None:
    if not 0 <= prefix <= left.bits:
        return None
    shared = min(left.prefix, right.prefix, prefix)
    one, other = left.masked(shared), right.masked(shared)
    return (one > other) - (one < other)


@FAMILY.scalar("ipv4_compare", parameters=("string", "string", "long"))
def ipv4_compare(left: str, right: str, prefix: int = 32) -> int | None:
    """The shortest of the prefixes counts."""
    one, other = parse_v4(left), parse_v4(right)
    return _comparison(one, other, prefix) if one and other else None


@FAMILY.scalar("ipv4_is_match", parameters=("string", "string", "long"))
def ipv4_is_match(left: str, right: str, prefix: int = 32) -> bool | None:
    """The shortest of the prefixes counts."""
    order = ipv4_compare(left, right, prefix)
    return None if order is None else order == 0


@FAMILY.scalar("ipv6_compare", parameters=("string", "string", "long"))
def ipv6_compare(left: str, right: str, prefix: int = 128) -> int | None:
    """IPv4 addresses count as IPv6 ones."""
    one, other = parse_v6(left), parse_v6(right)
    return _comparison(one, other, prefix) if one and other else None


@FAMILY.scalar("ipv6_is_match", parameters=("string", "string", "long"))
def ipv6_is_match(left: str, right: str, prefix: int = 128) -> bool | None:
    """IPv4 addresses count as IPv6 ones."""
    order = ipv6_compare(left, right, prefix)
    return None if order is None else order == 0


_PRIVATE = [parse_v4(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]


@FAMILY.scalar("ipv4_is_private", parameters=("string",))
def ipv4_is_private(text: str) -> bool | None:
    """The three ranges of RFC 1918; a prefix must lie within one as a whole."""
    address = parse_v4(text)
    if address is None:
        return None
    return any(_contains(private, address) for private in _PRIVATE if private)


def _contains(within: Address, address: Address) -> bool:
    return address.prefix >= within.prefix and address.masked(within.prefix) == within.network


def _in_range(address: Address | None, within: Address | None) -> bool | None:
    if address is None or within is None:
        return None
    return address.masked(within.prefix) == within.network


@FAMILY.scalar("ipv4_is_in_range", parameters=("string",))
def ipv4_is_in_range(address: str, within: str) -> bool | None:
    return _in_range(parse_v4(address), parse_v4(within))


@FAMILY.scalar("ipv6_is_in_range", parameters=("string",))
def ipv6_is_in_range(address: str, within: str) -> bool | None:
    """IPv4 addresses count as IPv6 ones."""
    return _in_range(parse_v6(address), parse_v6(within))


def _ranges(arguments: tuple[Value, ...]) -> list[str]:
    texts: list[str] = []
    for argument in arguments:
        items = argument if isinstance(argument, list) else [argument]
        texts += [to_text(item) for item in items]
    return texts


def _any_range(results: list[bool | None]) -> bool | None:
    """Ranges that cannot be read do not count beside others."""
    known = [result for result in results if result is not None]
    return any(known) if known else None


@FAMILY.scalar("ipv4_is_in_any_range", parameters=("string", "any"), work=_ranges_read)
def ipv4_is_in_any_range(address: str, *ranges: Value) -> bool | None:
    """Ranges as arguments or as arrays."""
    own = parse_v4(address)
    if own is None:
        return None
    texts = _ranges(ranges)
    return _any_range([_in_range(own, parse_v4(text)) for text in texts]) if texts else False


@FAMILY.scalar("ipv6_is_in_any_range", parameters=("string", "any"), work=_ranges_read)
def ipv6_is_in_any_range(address: str, *ranges: Value) -> bool | None:
    """Ranges as arguments or as arrays; IPv4 addresses count as IPv6 ones."""
    own = parse_v6(address)
    if own is None:
        return None
    texts = _ranges(ranges)
    return _any_range([_in_range(own, parse_v6(text)) for text in texts]) if texts else False


@FAMILY.scalar("ipv4_netmask_suffix", parameters=("string",))
def ipv4_netmask_suffix(text: str) -> int | None:
    address = parse_v4(text)
    return None if address is None else address.prefix


@FAMILY.scalar("parse_ipv4", parameters=("string",))
def parse_ipv4(text: str) -> int | None:
    """The number of the address, under its prefix where it has one."""
    address = parse_v4(text)
    return None if address is None else address.network


@FAMILY.scalar("parse_ipv4_mask", parameters=("string", "long"))
def parse_ipv4_mask(text: str, prefix: int) -> int | None:
    address = parse_v4(text)
    if address is None or not 0 <= prefix <= 32:
        return None
    return address.masked(min(prefix, address.prefix))


def _long_form(number: int) -> str:
    # Not `exploded`: from Python 3.13 on it writes the last groups of a mapped address in dots.
    return ":".join(f"{number >> shift & 0xFFFF:04x}" for shift in range(112, -1, -16))


@FAMILY.scalar("parse_ipv6", parameters=("string",))
def parse_ipv6(text: str) -> str:
    """All eight groups; '' for what is no address."""
    address = parse_v6(text)
    return "" if address is None else _long_form(address.network)


@FAMILY.scalar("parse_ipv6_mask", parameters=("string", "long"))
def parse_ipv6_mask(text: str, prefix: int) -> str:
    address = parse_v6(text)
    if address is None or not 0 <= prefix <= 128:
        return ""
    return _long_form(address.masked(min(prefix, address.prefix)))


def _from_number(value: Value) -> Address | None:
    if isinstance(value, str):
        return parse_v4(value)
    if isinstance(value, int) and 0 <= value <= 0xFFFF_FFFF:
        return Address(value, 32, 32)
    return None


@FAMILY.scalar("format_ipv4", parameters=("any", "long"))
def format_ipv4(value: Value, prefix: int = 32) -> str:
    """Takes text or a number; '' for what is no address."""
    address = _from_number(value)
    if address is None or not 0 <= prefix <= 32:
        return ""
    return str(IPv4Address(address.masked(min(prefix, address.prefix))))


@FAMILY.scalar("format_ipv4_mask", parameters=("any", "long"))
def format_ipv4_mask(value: Value, prefix: int = 32) -> str:
    """The network in CIDR notation."""
    address = _from_number(value)
    if address is None or not 0 <= prefix <= 32:
        return ""
    shortest = min(prefix, address.prefix)
    return f"{IPv4Address(address.masked(shortest))}/{shortest}"


@FAMILY.scalar("ipv4_range_to_cidr_list", parameters=("string",))
def ipv4_range_to_cidr_list(start: str, end: str) -> list[str] | None:
    first, last = parse_v4(start), parse_v4(end)
    if first is None or last is None or first.number > last.number:
        return None
    networks = summarize_address_range(IPv4Address(first.number), IPv4Address(last.number))
    return [str(network) for network in networks]


_IN_TEXT = re.compile(r"(?<![0-9A-Za-z.])\d{1,3}(?:\.\d{1,3}){3}(?![0-9A-Za-z.])")


def _found(text: str) -> list[str]:
    """Return the addresses of a text; neither a letter nor a digit may continue them."""
    return [
        match for match in _IN_TEXT.findall(text.replace(". ", "  ")) if parse_v4(match) is not None
    ]


def _same_address(found: list[str], wanted: str) -> bool:
    own = parse_v4(wanted)
    return own is not None and any(parse_v4(item) == own for item in found)


@FAMILY.scalar("has_ipv4", parameters=("string",), work=_addresses_read)
def has_ipv4(text: str, address: str) -> bool:
    return _same_address(_found(text), address)


@FAMILY.scalar("has_any_ipv4", parameters=("string", "any"), work=_addresses_read)
def has_any_ipv4(text: str, *addresses: Value) -> bool:
    """Addresses as arguments or as arrays."""
    found = _found(text)
    return any(_same_address(found, address) for address in _ranges(addresses))


def _has_prefix(found: list[str], prefix: str) -> bool:
    # A prefix ends with a dot or is a whole address (KQL reference, has_ipv4_prefix()).
    if prefix.endswith("."):
        return any(item.startswith(prefix) for item in found)
    return _same_address(found, prefix)


@FAMILY.scalar("has_ipv4_prefix", parameters=("string",), work=_addresses_read)
def has_ipv4_prefix(text: str, prefix: str) -> bool:
    return _has_prefix(_found(text), prefix)


@FAMILY.scalar("has_any_ipv4_prefix", parameters=("string", "any"), work=_addresses_read)
def has_any_ipv4_prefix(text: str, *prefixes: Value) -> bool:
    """Prefixes as arguments or as arrays."""
    found = _found(text)
    return any(_has_prefix(found, prefix) for prefix in _ranges(prefixes))
