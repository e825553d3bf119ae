"""Addresses as clients are given them."""

from __future__ import annotations

from urllib.parse import urlsplit

from vault.errors import ValueRefusedError
from vault.text import safe


def server(text: str) -> str | None:
    """The address if it is one of a server, else None.

    Raises:
        ValueRefusedError: It carries a user name or password, or is malformed.
    """
    text = text.strip()
    if not text.lower().startswith(("http://", "https://", "sparse+")):
        return None
    try:
        parts = urlsplit(text.removeprefix("sparse+"))
        port = parts.port
    except ValueError:
        port = -1
    if port == -1 or not parts.hostname or not text.isprintable() or " " in text or "\\" in text:
        raise ValueRefusedError("The server's address is malformed.", "Check it in the command.")
    if "@" in parts.netloc:
        raise ValueRefusedError(
            f"The address of {safe(parts.hostname, 100)} has a user name or password in it, which "
            "the client would use.",
            "Write it without what stands before the @.",
        )
    return text


def same(one: str, other: str) -> bool:
    """Whether two addresses are the same but for a final slash."""
    return one.rstrip("/").lower() == other.rstrip("/").lower()


def has_host(address: str, *names: str) -> bool:
    """Whether the address' host is one of these or below one."""
    host = urlsplit(address.removeprefix("sparse+")).hostname or ""
    return any(host == name or host.endswith("." + name) for name in names)
