"""Registries of the tests themselves, for clients whose own are nowhere to install from."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple
from urllib.parse import parse_qs

from tests.clients.serving import HOST


class Call(NamedTuple):
    """A request as it arrived.

    Attributes:
        method: Its method.
        path: Its path.
        key: Its `Authorization`; empty if it had none.
        body: What came with it.
    """

    method: str
    path: str
    key: str
    body: bytes


class Reply(NamedTuple):
    """A status and a body."""

    status: int
    body: bytes


@dataclass(slots=True)
class Registry:
    """A registry that takes one key, and remembers what was done with it.

    Attributes:
        key: The key.
        narrow: A key it knows, without the scope for anything.
        url: Its address, with a final slash.
        calls: Every request, in order.
        packages: Name, version and bytes of what was published.
        yanked: Name and version of what was withdrawn.
    """

    key: str
    narrow: str = "made-up-narrow-key-2201"
    url: str = ""
    calls: list[Call] = field(default_factory=list)
    packages: dict[tuple[str, str], bytes] = field(default_factory=dict)
    yanked: set[tuple[str, str]] = field(default_factory=set)

    @property
    def names(self) -> set[str]:
        """The names of what was published."""
        return {name for name, _ in self.packages}


Answer = Callable[[Registry, Call], Reply]


@contextmanager
def registry(key: str, answer: Answer) -> Iterator[Registry]:
    """A registry that answers until the block ends."""
    found = Registry(key)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            key = self.headers.get("Authorization") or ""
            call = Call(self.command, self.path, key, body)
            found.calls.append(call)
            reply = answer(found, call)
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_PUT = do_POST = do_DELETE = _answer  # noqa: N815 - names of the base class

    server = ThreadingHTTPServer((HOST, 0), Handler)
    found.url = f"http://{HOST}:{server.server_port}/"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer_gem(registry: Registry, call: Call) -> Reply:
    """RubyGems' calls: a gem is posted whole and withdrawn by a form; a password widens a key."""
    if call.path == "/api/v1/api_key":
        return Reply(401, b"HTTP Basic: Access denied.")
    if call.key == registry.narrow:
        return Reply(403, b"The API key doesn't have access")
    if call.key != registry.key:
        return Reply(401, b"Access Denied. Please sign up for an account.")
    if call.method == "POST" and call.path == "/api/v1/gems":
        registry.packages["", str(len(registry.packages))] = call.body
        return Reply(200, b"Successfully registered gem")
    if call.method == "DELETE" and call.path == "/api/v1/gems/yank":
        form = parse_qs(call.body.decode())
        registry.yanked.add((form["gem_name"][0], form["version"][0]))
        return Reply(200, b"Successfully deleted gem")
    return Reply(404, b"")


def answer_cargo(registry: Registry, call: Call) -> Reply:
    """A sparse index and its API ("Registry Web API" and "Registry Index" of the Cargo Book)."""
    if call.path == "/index/config.json":
        config = {"dl": f"{registry.url}dl", "api": registry.url.rstrip("/")}
        return Reply(200, json.dumps(config).encode())
    if call.path.startswith("/index/"):
        return _index_lines(registry, call.path.rpartition("/")[2])
    if call.key != registry.key:
        return Reply(403, b'{"errors":[{"detail":"authentication failed"}]}')
    if call.method == "PUT" and call.path == "/api/v1/crates/new":
        _take_crate(registry, call.body)
        return Reply(200, b'{"warnings":{"invalid_categories":[],"invalid_badges":[],"other":[]}}')
    parts = call.path.split("/")
    if call.method == "DELETE" and parts[-1] == "yank":
        registry.yanked.add((parts[-3], parts[-2]))
    elif call.method == "PUT" and parts[-1] == "unyank":
        registry.yanked.discard((parts[-3], parts[-2]))
    else:
        return Reply(404, b"")
    return Reply(200, b'{"ok":true}')


def _take_crate(registry: Registry, body: bytes) -> None:
    """A length and JSON, a length and the crate; lengths are little-endian 32-bit."""
    (size,) = struct.unpack_from("<L", body)
    said = json.loads(body[4 : 4 + size])
    registry.packages[said["name"], said["vers"]] = body[8 + size :]


def _index_lines(registry: Registry, crate: str) -> Reply:
    lines = [
        json.dumps(
            {
                "name": name,
                "vers": version,
                "deps": [],
                "features": {},
                "cksum": hashlib.sha256(data).hexdigest(),
                "yanked": (name, version) in registry.yanked,
            }
        )
        for (name, version), data in registry.packages.items()
        if name == crate
    ]
    return Reply(200 if lines else 404, "\n".join(lines).encode())
