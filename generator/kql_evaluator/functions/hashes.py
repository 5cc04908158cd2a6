"""Hashes of values. hash() is XXH64, as the KQL reference says of it."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from generator.kql_evaluator.errors import UnsupportedArgumentError
from generator.kql_evaluator.formats import to_text
from generator.kql_evaluator.functions import work
from generator.kql_evaluator.functions.registry import Call, Evaluate, Family
from generator.kql_evaluator.values import Value, wrap_long

FAMILY = Family("Hashes")

_MASK = 0xFFFF_FFFF_FFFF_FFFF
_P1, _P2, _P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_P4, _P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5


def _rotate(number: int, bits: int) -> int:
    return (number << bits | number >> (64 - bits)) & _MASK


def _round(state: int, lane: int) -> int:
    return _rotate((state + lane * _P2) & _MASK, 31) * _P1 & _MASK


def xxh64(data: bytes) -> int:
    """Return the 64-bit xxHash of bytes, seed 0, unsigned."""
    size, at = len(data), 0
    if size >= 32:
        lanes = [(_P1 + _P2) & _MASK, _P2, 0, -_P1 & _MASK]
        while at <= size - 32:
            words = struct.unpack_from("<4Q", data, at)
            lanes = [_round(lane, word) for lane, word in zip(lanes, words, strict=True)]
            at += 32
        state = sum(_rotate(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18), strict=True))
        for lane in lanes:
            state = ((state ^ _round(0, lane)) * _P1 + _P4) & _MASK
    else:
        state = _P5
    state = (state + size) & _MASK
    return _finished(state, data, at)


def _finished(state: int, data: bytes, at: int) -> int:
    while at + 8 <= len(data):
        (word,) = struct.unpack_from("<Q", data, at)
        state = (_rotate(state ^ _round(0, word), 27) * _P1 + _P4) & _MASK
        at += 8
    if at + 4 <= len(data):
        (half,) = struct.unpack_from("<I", data, at)
        state = (_rotate(state ^ half * _P1 & _MASK, 23) * _P2 + _P3) & _MASK
        at += 4
    for byte in data[at:]:
        state = _rotate(state ^ byte * _P5 & _MASK, 11) * _P1 & _MASK
    state = (state ^ state >> 33) * _P2 & _MASK
    state = (state ^ state >> 29) * _P3 & _MASK
    return state ^ state >> 32


def _bytes(value: Value, kql_type: str) -> bytes:
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, bool):
        return bytes([value])
    if isinstance(value, float):
        return struct.pack("<d", value)
    if isinstance(value, int):
        return struct.pack("<i" if kql_type == "int" else "<q", value)
    if isinstance(value, UUID):
        return value.bytes_le
    raise UnsupportedArgumentError(f"the engine's hash of a {kql_type} value is not documented")


@FAMILY.prepared("hash", "hash_xxhash64", work=work.letter_by_letter(4))
def hash_(call: Call) -> Evaluate:
    """With a modulus, a number from 0 to below it."""
    kql_type = call.arguments[0].type

    def evaluate(value: Value, modulus: int | None = None) -> int | None:
        if isinstance(value, Decimal | list | dict):
            raise UnsupportedArgumentError(f"the engine's hash of a {kql_type} is not documented")
        number = wrap_long(xxh64(_bytes(value, kql_type)))
        if modulus is None:
            return number
        return number % modulus if modulus > 0 else None

    return evaluate


def _hexadecimal(algorithm: Callable[..., Value]) -> Callable[[Value], str]:
    def digest(value: Value) -> str:
        data = to_text(value).encode("utf-8", "surrogatepass")
        text: str = algorithm(data, usedforsecurity=False).hexdigest()
        return text

    return digest


FAMILY.scalar("hash_sha256", work=work.written)(_hexadecimal(hashlib.sha256))
FAMILY.scalar("hash_sha1", work=work.written)(_hexadecimal(hashlib.sha1))
FAMILY.scalar("hash_md5", work=work.written)(_hexadecimal(hashlib.md5))
