"""The one way to a registry's API: what is sent where, how long it may take, what an answer may be.

Python's own HTTP client does it, by intent. What a bigger one adds (a pool, redirects, repeated
requests, decompression) is what a request with a key in it must not have, and here connecting and
sending are two calls: where it failed tells whether the registry can have heard of it at all.
Certificates are judged by the system's own store, by `truststore`, as browsers and curl do.
"""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import msgspec

from vault import __version__
from vault.apis.base import ApiError, ApiUnreachableError, ApiUnsureError
from vault.apis.saying import refusal
from vault.keys.secret import Secret

if TYPE_CHECKING:  # loaded when a call is made
    import http.client
    import ssl

PATIENCE = 30.0
"""Seconds to connect in, and to wait for each part of an answer; twice that for the whole of it."""

LONGEST = 1024 * 1024
"""Most bytes of an answer."""

_PART = 64 * 1024
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered.

    Attributes:
        status: Its status.
        kind: The media type, in small letters, or "".
        wants: Its `WWW-Authenticate`, in small letters, or "".
        where: Its `Location`, or "".
        body: What came, `LONGEST` bytes at most. May hold a secret.
    """

    status: int
    kind: str
    wants: str
    where: str
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """What the body says, or None if it is no JSON."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None


class Server:
    """A registry's API at its address, and how it is asked.

    Attributes:
        title: The registry, as written in a sentence.
        address: Where its API is, without a final slash.
    """

    def __init__(
        self,
        title: str,
        address: str,
        *,
        patience: float = PATIENCE,
        trust: Callable[[], ssl.SSLContext] | None = None,
        proxies: Callable[[str], str] | None = None,
    ) -> None:
        """Prepare; nothing is sent.

        Args:
            title: The registry.
            address: Where its API is.
            patience: See `PATIENCE`.
            trust: Answers which certificates are trusted; the system's if None.
            proxies: Answers the proxy for a host, or ""; as the environment says if None.
        """
        self.title = title
        self.address = address
        self._patience = patience
        self._trust = trust or _system_trust
        self._proxy = proxies or _proxy_for
        self._parts = urlsplit(address)

    @property
    def warning(self) -> str:
        """What the user has to know before a key goes there: one sentence, or ""."""
        if self._parts.scheme == "https" or self._parts.hostname in _LOOPBACK:
            return ""
        return f"{self.address} is not encrypted: everybody on the way can read the key."

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
        hidden: Sequence[Secret] = (),
        well: Collection[int] = (200, 201, 204),
    ) -> Answer:
        """One request and its answer. It is never repeated, and no redirect is followed.

        Args:
            method: `GET`, which changes nothing, or another.
            path: What follows the address, percent-encoded.
            headers: Who asks.
            body: What is sent, as JSON.
            hidden: What must not be seen in an error: whatever of it the server says again.
            well: The statuses that are no error.

        Raises:
            OtpNeededError: It asks for a one-time code.
            ApiUnreachableError: It was not reached, or did not answer a `GET`.
            ApiError: It refused, or sent another address or too much.
            ApiUnsureError: The request may have changed something, and nobody knows.
        """
        connection = self._connect()
        try:
            answer = self._exchange(connection, method, path, headers, body)
        finally:
            connection.close()
        if answer.status in well:
            return answer
        if answer.status >= 500 and method != "GET":  # noqa: PLR2004 - the server's own failures
            raise self.unsure(f"It answered with status {answer.status}.")
        raise refusal(self.title, answer, hidden)

    def unsure(self, why: str) -> ApiUnsureError:
        """The error for a change of which nobody knows whether it was made."""
        return ApiUnsureError(f"{self.title} was asked, and did not say what came of it. {why}")

    def _connect(self) -> http.client.HTTPConnection:
        """A connection, past the check of the server's certificate. Nothing was sent yet.

        Raises:
            ApiUnreachableError: There is none.
        """
        import http.client
        import ssl

        host = self._parts.hostname or ""
        try:
            if self._parts.scheme != "https":
                connection = http.client.HTTPConnection(
                    host, self._parts.port, timeout=self._patience
                )
            else:
                connection = self._secured(host, self._parts.port)
            connection.connect()
        except ssl.SSLCertVerificationError as error:
            why = getattr(error, "verify_message", "") or "it cannot be verified"
            raise ApiUnreachableError(
                f"The certificate of {host} is not trusted on this computer: {why}.",
                "Nothing was sent. If the server is yours, let this computer trust its authority.",
            ) from None
        except TimeoutError:
            raise self._unreached("it did not answer in time") from None
        except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
            raise self._unreached(_reason(error)) from None
        return connection

    def _unreached(self, why: str) -> ApiUnreachableError:
        return ApiUnreachableError(
            f"{self.title} was not reached at {self.address}: {why}.", "Nothing was sent."
        )

    def _secured(self, host: str, port: int | None) -> http.client.HTTPSConnection:
        import http.client

        proxy = urlsplit(self._proxy(host))
        if not proxy.hostname:
            return http.client.HTTPSConnection(
                host, port, timeout=self._patience, context=self._trust()
            )
        connection = http.client.HTTPSConnection(
            proxy.hostname, proxy.port or 80, timeout=self._patience, context=self._trust()
        )
        login = {}
        if proxy.username:
            login["Proxy-Authorization"] = basic(
                unquote(proxy.username), Secret(unquote(proxy.password or ""))
            )
        connection.set_tunnel(host, port, headers=login)
        return connection

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: Mapping[str, Any] | None,
    ) -> Answer:
        """Send, and take the answer in.

        Raises:
            ApiError: See `ask`.
            ApiUnsureError: See `ask`.
        """
        import http.client

        told = {"Accept": "application/json", "User-Agent": f"keyfob/{__version__}", **headers}
        data = None if body is None else msgspec.json.encode(body)
        if data is not None:
            told["Content-Type"] = "application/json"
        try:
            connection.request(method, f"{self._parts.path}{path}", data, told)
            response = connection.getresponse()
            content = self._content(response)
        except ValueError:  # a header or a path that cannot be sent: refused before it was
            raise ApiError(
                f"What {self.title} would have to be sent cannot be written into a request.",
                "Nothing was sent.",
            ) from None
        except (OSError, http.client.HTTPException) as error:
            if method != "GET":
                raise self.unsure(f"{_reason(error).capitalize()}.") from None
            raise ApiUnreachableError(
                f"{self.title} did not answer: {_reason(error)}.", "Nothing was changed."
            ) from None
        except KeyboardInterrupt:
            if method != "GET":
                raise self.unsure("It was not waited for.") from None
            raise
        return Answer(
            response.status,
            (response.getheader("Content-Type") or "").partition(";")[0].strip().lower(),
            (response.getheader("WWW-Authenticate") or "").lower(),
            response.getheader("Location") or "",
            content,
        )

    def _content(self, response: http.client.HTTPResponse) -> bytes:
        """All of the answer's body.

        Raises:
            OSError: It is too long, or took too long.
            HTTPException: It broke off.
        """
        end = time.monotonic() + 2 * self._patience
        found = bytearray()
        while part := response.read1(_PART):
            found += part
            if len(found) > LONGEST:
                raise OSError(f"it sent more than {LONGEST:,} bytes")
            if time.monotonic() > end:
                raise TimeoutError
        if response.length:
            raise OSError("its answer broke off")
        return bytes(found)


def basic(account: str, password: Secret) -> str:
    """The header `Authorization` for a name and a password."""
    return f"Basic {b64encode(account.encode() + b':' + password.reveal_bytes()).decode()}"


def _reason(error: BaseException) -> str:
    """Why a connection failed, in a few words that hold nothing of what was sent."""
    import socket

    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, socket.gaierror):
        return "there is no such host"
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there"
    if isinstance(error, OSError):
        return (error.strerror or str(error) or "the connection broke").rstrip(".")
    return "it does not speak HTTP as expected"


def _system_trust() -> ssl.SSLContext:
    import ssl

    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _proxy_for(host: str) -> str:
    """The proxy that this user's environment or system names for https, or ""."""
    from urllib.request import getproxies, proxy_bypass

    return "" if proxy_bypass(host) else getproxies().get("https", "")
