"""A server of the tests' own that lets in one account, and remembers who asked."""

from __future__ import annotations

import base64
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from tests.clients.serving import HOST


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands at a path."""

    data: bytes
    kind: str = "application/octet-stream"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guarded:
    """A server that answers whoever has the password.

    Attributes:
        address: Its host and port.
        answers: What stands where, by path; may be added to.
        heard: Each path that was asked for, with the account it was asked by, or "".
    """

    address: str
    answers: dict[str, Answer]
    heard: list[tuple[str, str]]

    def accounts(self) -> set[str]:
        """Every account that asked with a password, as `user:password`."""
        return {account for _, account in self.heard if account.partition(":")[2]}


@contextmanager
def guarded(account: str, certificate: Path | None = None) -> Iterator[Guarded]:
    """A server on loopback.

    Args:
        account: `user:password`; the user `*` lets in every user with that password.
        certificate: With it the server speaks TLS; its file holds certificate and key.
    """
    answers: dict[str, Answer] = {}
    heard: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            scheme, _, token = self.headers.get("Authorization", "").partition(" ")
            given = base64.b64decode(token).decode() if scheme == "Basic" else ""
            heard.append((self.path, given))
            user, _, password = account.partition(":")
            if given != account and not (user == "*" and given.endswith(f":{password}")):
                self._send(401, Answer(b"", headers={"WWW-Authenticate": 'Basic realm="x"'}))
                return
            found = answers.get(self.path)
            self._send(200 if found else 404, found or Answer(b""))

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Print nothing."""

        def _send(self, status: int, answer: Answer) -> None:
            self.send_response(status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.data)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.data)

    server = ThreadingHTTPServer((HOST, 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Guarded(f"{HOST}:{server.server_address[1]}", answers, heard)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def make_certificate(path: Path) -> Path:
    """A certificate for loopback, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(certificate.public_bytes(Encoding.PEM) + private)
    return path
