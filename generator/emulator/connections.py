"""How long a client may take and how many may be connected: nobody can hold the emulator up.

One thread serves one connection, so connections are bounded; where all are taken, the one that has
been silent longest makes room. Nothing here knows what a request means. All times are seconds.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

MAX_CONNECTIONS = 100
"""Connections that are served at once, each by a thread; our own decision."""
IDLE_SECONDS = 120.0
"""How long a connection may be silent between two requests."""
YIELDS_AFTER = 0.25
"""How long a connection has to be silent before it has to make room for another one."""
REQUEST_SECONDS = 30.0
"""For the whole of a request, from its first byte to the last of its body."""
DRAIN_SECONDS = 0.5
"""For a client that is refused to see that and to stop sending."""
ANSWER_SECONDS = 30.0
"""For a client to take its answer."""
LARGEST_HEAD = 64 * 1024
"""Bytes of the request line and all headers together."""

_HEADER = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\x00\r\n]*\r?\n")


class RequestReader:
    """The reading side of a connection, as http.server uses it: bounded in time and size.

    `is_malformed` tells that the head has a line that two readers may read in two ways (RFC 9112,
    5): folded, with a blank before the colon, with a bare CR or a NUL.
    """

    def __init__(self, connection: socket.socket) -> None:
        self.is_malformed = False
        self._timed = _TimedReader(connection)
        self._buffered = io.BufferedReader(self._timed)
        self._lines = 0
        self._left = LARGEST_HEAD

    def wait_for_a_request(self) -> bool:
        """Wait for the first byte of a request; False where none comes. Raises TimeoutError."""
        self._timed.allow(IDLE_SECONDS)
        if not self._buffered.peek(1):
            return False
        self._timed.allow(REQUEST_SECONDS)
        self.is_malformed = False
        self._lines = 0
        self._left = LARGEST_HEAD
        return True

    def readline(self, limit: int = -1) -> bytes:
        """Return a line of the head. Raises LineTooLong where the head is too large as a whole."""
        line = self._buffered.readline(limit)
        self._left -= len(line)
        if self._left < 0 and self._lines:
            raise http.client.LineTooLong("head")
        self._lines += 1
        if self._lines > 1 and line.rstrip(b"\r\n") and not _HEADER.fullmatch(line):
            self.is_malformed = True
        return line

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes of the body; fewer only where the client has ended it."""
        return self._buffered.read(size)

    def drain(self) -> None:
        """Read on for a moment what nobody wants: a client that still sends sees its answer so."""
        self._timed.allow(DRAIN_SECONDS)
        with suppress(OSError):
            while self._timed.readinto(bytearray(65536)):
                pass

    def close(self) -> None:
        """Forget what is buffered; the socket is the server's to close."""
        self._buffered.detach()

    @property
    def closed(self) -> bool:
        """Whether nothing can be read any more."""
        return False


class _TimedReader(io.RawIOBase):
    def __init__(self, connection: socket.socket) -> None:
        super().__init__()
        self._connection = connection
        self._until = 0.0

    def allow(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the request is not complete in time")
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


class Seats:
    """The connections that are being served. Safe for use by many threads."""

    def __init__(self, count: int = MAX_CONNECTIONS) -> None:
        self._count = count
        self._taken = 0
        self._silent: dict[socket.socket, float] = {}
        self._state = threading.Condition()

    def take(self) -> bool:
        """Take a seat for a new connection; False where all others are busy.

        A connection that has been silent for a while is closed for it.
        """
        with self._state:
            if self._taken >= self._count and self._dismiss_the_most_silent():
                self._state.wait_for(lambda: self._taken < self._count, timeout=YIELDS_AFTER)
            if self._taken >= self._count:
                return False
            self._taken += 1
            return True

    def leave(self) -> None:
        """Give a seat back."""
        with self._state:
            self._taken -= 1
            self._state.notify_all()

    @contextmanager
    def silent(self, connection: socket.socket) -> Iterator[None]:
        """Mark a connection as one that waits for its client's next request."""
        with self._state:
            self._silent[connection] = time.monotonic()
        try:
            yield
        finally:
            with self._state:
                self._silent.pop(connection, None)

    def _dismiss_the_most_silent(self) -> bool:
        if not self._silent:
            return False
        connection, since = min(self._silent.items(), key=lambda item: item[1])
        if time.monotonic() - since < YIELDS_AFTER:
            return False
        del self._silent[connection]
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        return True
