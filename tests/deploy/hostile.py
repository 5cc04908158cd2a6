"""A service that answers whatever a test tells it to, and remembers what it was sent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0
    """Seconds before each byte of the head or the body, whichever `drips` names."""
    drips: str = ""
    is_cut: bool = False
    """The connection ends before the answer does."""


@dataclass
class Hostile:
    url: str = ""
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


@contextmanager
def hostile_service(answer: Callable[[str, str], Reply]) -> Iterator[Hostile]:
    seen = Hostile()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            seen.bodies.append(self.rfile.read(length))
            seen.requests.append((self.command, self.path, dict(self.headers)))
            reply = answer(self.command, self.path)
            self.send_response(reply.status)
            headers = {"Content-Type": "application/json", **reply.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) + reply.is_cut * 100))
            if reply.drips == "head":
                self._drip(b"X-Long: " + b"x" * 1000, reply.pause)
            self.end_headers()
            if reply.drips == "body":
                self._drip(reply.body, reply.pause)
            self.wfile.write(reply.body)
            if reply.is_cut:
                self.close_connection = True

        def _drip(self, text: bytes, pause: float) -> None:
            self.flush_headers()
            for byte in text:
                self.wfile.write(bytes([byte]))
                time.sleep(pause)

        do_GET = do_PUT = do_DELETE = _serve  # noqa: N815 - the names that http.server looks for

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 128

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hangs up in the middle is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    seen.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
