"""`keyfob-cargo`: cargo's credential provider, protocol version 1.

One JSON line each way, then the end; prompts go to the terminal, not to the standard streams.
`cargo publish` asks to `read` first and gives up if that finds no token, so a read is answered too;
it is not sent unless the index asks for it, and so not recorded as a use. Source: cargo's book,
"Credential Provider Protocol".
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TextIO

from vault.errors import VaultError
from vault.hooks.asking import (
    NoKeyError,
    UnknownServerError,
    borrowed,
    handed_out,
    live_keys,
    narrowest,
    publishing_first,
    server_at,
)
from vault.hooks.serving import LONGEST, serving
from vault.keys.request import Ask, Request
from vault.registries.holding import holds
from vault.text import safe

if TYPE_CHECKING:
    from vault.cli.desk import Desk

VERSION = 1
_ASKS = {
    "publish": Ask.PUBLISH,
    "yank": Ask.UNLIST,
    "unyank": Ask.RELIST,
    "owners": Ask.OWNERS,
}


def main() -> int:
    """Answer cargo's one request."""
    return serving(serve)


def serve(desk: Desk) -> int:
    """Say which version is spoken, then answer each line; always 0, as the protocol wants."""
    _put(desk.stdout, {"v": [VERSION]})
    while line := desk.stdin.readline(LONGEST):
        whole = line.endswith("\n") or len(line) < LONGEST
        _put(desk.stdout, answer(line, desk) if whole else _other("This request is too long."))
        if not whole:
            break
    return 0


def answer(line: str, desk: Desk) -> dict[str, Any]:
    """The answer to one line. It raises nothing and holds a token only where one was asked for."""
    try:
        return _answer(line, desk)
    except UnknownServerError:
        return _error("url-not-supported")
    except NoKeyError as error:
        desk.complain(error)  # cargo says of a missing token only that there is none
        return _error("not-found")
    except VaultError as error:
        return _other(safe(f"{error.message} {error.hint}".strip()))
    except Exception as error:  # noqa: BLE001 - what it says could be a secret
        return _other(f"keyfob stopped by an unexpected error ({type(error).__name__}).")


def _answer(line: str, desk: Desk) -> dict[str, Any]:
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        return _other("This request is no JSON.")
    if not isinstance(request, dict) or request.get("v") != VERSION:
        return _other(f"This request is not of the protocol's version {VERSION}.")
    if request.get("kind") != "get":
        return _error("operation-not-supported")
    return _token(request, desk)


def _token(request: Mapping[str, Any], desk: Desk) -> dict[str, Any]:
    registry = request.get("registry")
    address = registry.get("index-url") if isinstance(registry, dict) else None
    if not isinstance(address, str):
        return _error("url-not-supported")
    operation, name = request.get("operation"), request.get("name")
    asked = None
    if operation != "read":
        ask = _ASKS.get(operation) if isinstance(operation, str) else None
        if ask is None or not isinstance(name, str):
            return _error("operation-not-supported")
        asked = Request(ask, name)
    server = server_at(address, desk.environ, lambda profile: holds(profile, "cargo"))
    with borrowed(desk) as lender:
        now = desk.clock()
        keys = live_keys(lender.keys, server, now)
        key = min(keys, key=publishing_first) if asked is None else narrowest(keys, [asked], now)
        with handed_out(lender, key, used=asked is not None) as secret:
            token = secret.reveal()
    given = {"kind": "get", "token": token, "cache": "never", "operation_independent": False}
    return {"Ok": given}


def _error(kind: str) -> dict[str, Any]:
    return {"Err": {"kind": kind}}


def _other(message: str) -> dict[str, Any]:
    return {"Err": {"kind": "other", "message": message, "caused-by": []}}


def _put(stream: TextIO, answer: Mapping[str, Any]) -> None:
    stream.write(json.dumps(answer) + "\n")
    stream.flush()


if __name__ == "__main__":
    sys.exit(main())
