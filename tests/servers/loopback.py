"""A server on loopback that answers as a function says, and remembers what it was asked."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Call:
    """A request as it arrived; names of headers in small letters."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found


@dataclass(frozen=True)
class Reply:
    """What is answered.

    Attributes:
        status: The status, or 0 to break the connection off without a word.
        body: Bytes, or what becomes JSON.
        kind: The media type.
        headers: Further ones.
        hangs: Whether to say nothing until the test is over.
        length: The length that is claimed, if not the body's own.
    """

    status: int
    body: Any = b""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    length: int | None = None

    @property
    def data(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Answers = Callable[[Call], Reply]


@dataclass
class Loopback:
    """A running server.

    Attributes:
        url: Its address, without a final slash.
        calls: Every request, in order.
    """

    url: str = ""
    calls: list[Call] = field(default_factory=list)

    def asked(self, method: str) -> list[Call]:
        """The requests of one method."""
        return [call for call in self.calls if call.method == method]


@contextmanager
def loopback(answers: Answers, tls: ssl.SSLContext | None = None) -> Iterator[Loopback]:
    """A server that answers until the block ends."""
    found = Loopback()
    over = Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            headers = {name.lower(): text for name, text in self.headers.items()}
            call = Call(self.command, parts.path, parse_qs(parts.query), headers, body)
            found.calls.append(call)
            reply = answers(call)
            self.close_connection = True
            if reply.hangs:
                over.wait(60)
            if reply.hangs or not reply.status:
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            length = len(reply.data) if reply.length is None else reply.length
            self.send_header("Content-Length", str(length))
            for name, text in reply.headers.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(reply.data)

        do_GET = do_POST = do_DELETE = do_CONNECT = _answer  # noqa: N815 - names of the base class

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that breaks off is what some tests are about."""

    server = Quiet((HOST, 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    found.url = f"{'http' if tls is None else 'https'}://{HOST}:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()
