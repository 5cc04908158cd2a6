"""The socket: HTTP/1.1 with keep-alive on the loopback interface, and nothing else.

The API has no login, so it may never listen elsewhere, and what a web page would send is refused: a
Host that is no loopback name, an Origin. An Authorization header is neither read nor kept, and no
request is logged.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import socketserver
import sys
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from generator import __version__
from generator.emulator.connections import ANSWER_SECONDS, RequestReader, Seats
from generator.emulator.front_door import FrontDoor
from generator.emulator.messages import Answer, Request, error_answer

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes; ARM's own limit for a request."""
_LARGEST_DRAIN = 64 * 1024 * 1024
_HEADERS = ("if-match", "if-none-match", "x-ms-client-request-id")
_SINGLE = ("content-length", "host", "x-ms-client-request-id")
LOOPBACK = "127.0.0.1"


class EmulatorServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1 once constructed; `serve_forever` answers.

    Raises OSError when the port is taken. Port 0 takes a free one.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, front_door: FrontDoor, port: int, on_close: Callable[[], None] = lambda: None
    ) -> None:
        self.front_door = front_door
        self.seats = Seats()
        # A failure to bind closes the server, so this must be there before.
        self._on_close = on_close
        super().__init__((LOOPBACK, port), _Handler)

    def server_bind(self) -> None:
        """Bind without HTTPServer's look-up of the host's full name, which may ask a resolver."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    def server_close(self) -> None:
        """Stop listening, then close what the answers come from."""
        super().server_close()
        self._on_close()

    @property
    def url(self) -> str:
        """The address that clients use, without a trailing slash."""
        return f"http://{LOOPBACK}:{self.server_port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own, or turn it away where all are busy."""
        if self.seats.take():
            try:
                super().process_request(request, client_address)
            except BaseException:
                self.seats.leave()
                raise
            return
        try:
            request.settimeout(0.1)
            request.sendall(_turned_away())
        except OSError:
            pass  # whoever does not even take this has gone already
        self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection to its end, then give its seat back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.seats.leave()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let clients go that close their connection; anything else is a defect and is shown."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: EmulatorServer

    def setup(self) -> None:
        """Read through bounds of time and size."""
        super().setup()
        self.rfile.close()
        self._reader = RequestReader(self.connection)
        self.rfile = cast("io.BufferedReader", self._reader)

    def handle_one_request(self) -> None:
        """Wait for a request, then answer it."""
        try:
            with self.server.seats.silent(self.connection):
                comes = self._reader.wait_for_a_request()
        except (TimeoutError, ConnectionError):
            comes = False
        if not comes:
            self.close_connection = True
            return
        super().handle_one_request()

    def do_GET(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PATCH(self) -> None:
        self._serve()

    def do_HEAD(self) -> None:
        self._serve()

    def do_OPTIONS(self) -> None:
        self._serve()

    def _serve(self) -> None:
        body = self._ambiguity() or self._read_body()
        if body is None:
            self._hang_up()
            return
        if isinstance(body, Answer):
            self._send_last(body)
            return
        host = self.headers.get("Host", LOOPBACK)
        refusal = self._refusal(host)
        if refusal is not None:
            self._send(refusal)
            return
        path, _, query = self.path.partition("?")
        request = Request(
            method=self.command,
            path=path,
            query={name.lower(): value for name, value in parse_qsl(query)},
            headers={
                name: ", ".join(self.headers.get_all(name, ()))
                for name in _HEADERS
                if name in self.headers
            },
            body=body,
            host=host,
        )
        answer = self.server.front_door.answer(request)
        if answer is None:
            self._hang_up()
            return
        self._send(answer)

    def _ambiguity(self) -> Answer | None:
        """Return the refusal of a head that two readers may read in two ways."""
        if self._reader.is_malformed:
            return error_answer(400, "BadRequest", "A line of the head is no header.")
        for name in _SINGLE:
            if len(self.headers.get_all(name, ())) > 1:
                return error_answer(400, "BadRequest", f"The header {name} is there twice.")
        return None

    def _refusal(self, host: str) -> Answer | None:
        """Return the refusal of a request that a web page would send, or that says a thing twice.

        A browser adds Origin to whatever a page sends to another origin, and Sec-Fetch-Site to all
        that it sends; what a person types into its address bar has `none` there.
        """
        if not _is_loopback(host):
            return error_answer(421, "MisdirectedRequest", "This host is not served here.")
        if "Origin" in self.headers or self.headers.get("Sec-Fetch-Site", "none") != "none":
            return error_answer(403, "Forbidden", "Web pages are not served here.")
        names = [name.lower() for name, _ in parse_qsl(self.path.partition("?")[2])]
        if len(set(names)) != len(names):
            return error_answer(400, "BadRequest", "A parameter of the query is there twice.")
        return None

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _read_body(self) -> bytes | Answer | None:
        """Return the body, the refusal of it, or None where the client went away inside it."""
        if "Transfer-Encoding" in self.headers:
            return error_answer(411, "LengthRequired", "The request must have a Content-Length.")
        text = self.headers.get("Content-Length", "0")
        if not (text.isascii() and text.isdecimal()) or len(text) > 18:
            return error_answer(400, "BadRequest", "The Content-Length is not a number.")
        length = int(text)
        if length <= LARGEST_BODY:
            body = self.rfile.read(length)
            return body if len(body) == length else None
        # Reading on lets the client see the answer instead of a reset while it still sends.
        left = min(length, _LARGEST_DRAIN)
        while left and (piece := self.rfile.read(min(left, 1 << 16))):
            left -= len(piece)
        return error_answer(
            413, "RequestEntityTooLarge", f"The request must not exceed {LARGEST_BODY} bytes."
        )

    def _send(self, answer: Answer) -> None:
        content = answer.content()
        self.connection.settimeout(ANSWER_SECONDS)
        self.send_response(answer.status)
        self.send_header("x-sentinelgen-emulator", "not Azure")
        for name, value in answer.headers.items():
            self.send_header(name, _header_text(value))
        if content:
            self.send_header("Content-Type", "application/json; charset=utf-8")
        if answer.status != http.client.NO_CONTENT:
            self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        self.wfile.flush()

    def _send_last(self, answer: Answer) -> None:
        """Send an answer to a request that was not read to its end, and end the connection."""
        self.close_connection = True
        self._send(answer)
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
        self._reader.drain()

    def send_error(
        self,
        code: int,
        message: str | None = None,
        explain: str | None = None,  # noqa: ARG002 - http.server's signature
    ) -> None:
        """Answer what is no HTTP with an ARM error body, as everything else is."""
        self.command = getattr(self, "command", None) or "GET"
        self._send_last(
            error_answer(code, "BadRequest", message or "The request is not valid HTTP.")
        )

    def version_string(self) -> str:
        """Name the server: the emulator, and that it is not Azure."""
        return f"sentinelgen-emulator/{__version__} (not Azure)"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Log nothing: requests may carry credentials."""


def _turned_away() -> bytes:
    content = error_answer(
        503, "ServerBusy", "All connections are busy; the emulator serves no more at once."
    ).content()
    head = (
        "HTTP/1.1 503 Service Unavailable\r\nx-sentinelgen-emulator: not Azure\r\n"
        "Retry-After: 1\r\nContent-Type: application/json; charset=utf-8\r\n"
        f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii") + content


def _header_text(value: str) -> str:
    return "".join(character for character in value if " " <= character <= "~")


def _is_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
