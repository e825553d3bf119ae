"""Keys for Python's indexes: what twine, pip and uv ask a keyring for.

Asked is a URL and perhaps a user name, never a package. Where twine or uv asks, their arguments
name the files they upload, so that the narrowest key is taken and a PyPI token is narrowed to these
projects. Only whole URLs are answered: pip and uv ask for a bare host afterwards, which does not
say whether the answer would cross the net in the clear.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from vault.errors import ValueRefusedError
from vault.hooks.asking import (
    NoKeyError,
    Server,
    borrowed,
    handed_out,
    live_keys,
    narrowest,
    reaching,
    server_at,
)
from vault.keys.key import Key
from vault.keys.request import Ask, Request
from vault.keys.secret import Secret
from vault.registries.holding import holds
from vault.registries.hosts import host_from, publishing_host
from vault.running.narrowing import REGISTRIES, narrow

if TYPE_CHECKING:
    from vault.cli.desk import Desk
    from vault.clients.base import Client

TOKEN_USER = "__token__"  # noqa: S105 - a user name
"""The user name that goes with every API token of PyPI."""

_DEFAULTS = {"pypi-host": "DEFAULT_REPOSITORY", "testpypi-host": "TEST_REPOSITORY"}


def index_host(name: str) -> str | None:
    """The host of PyPI or TestPyPI: what `~/.pypirc` says of it, else what a running twine knows.

    Args:
        name: `pypi-host` or `testpypi-host`; for any other the answer is None.
    """
    if name not in _DEFAULTS:
        return None
    known = getattr(sys.modules.get("twine.utils"), _DEFAULTS[name], "")
    return publishing_host(name) or host_from([str(known)])


def index_at(service: str, desk: Desk) -> Server | None:
    """The Python index at an address; None if what is lent to this command is for it.

    Raises:
        UnknownServerError: There is none that keyfob knows.
    """
    return server_at(service, desk.environ, lambda profile: holds(profile, "python"), index_host)


def uploaded(argv: Sequence[str], directory: Path) -> tuple[str, ...]:
    """The projects that a process uploads, as its arguments tell; none if they do not.

    Args:
        argv: The arguments, the program first.
        directory: The working directory.
    """
    program = Path(argv[0]) if argv else Path()
    names = {program.stem, program.parent.name if program.name == "__main__.py" else ""}
    client: Client
    if "twine" in names:
        from vault.clients.twine import Twine

        name, client = "twine", Twine()
    elif "uv" in names:
        from vault.clients.uv import UvPublish

        name, client = "uv", UvPublish()
    else:
        return ()
    try:
        found = client.read([name, *argv[1:]], directory, os.environ)
    except ValueRefusedError:  # the client says itself what is wrong with its arguments
        return ()
    return () if found is None else tuple(each.package_id for each in found.wanted)


def uploaded_by(pid: int, proc: Path = Path("/proc")) -> tuple[str, ...]:
    """The projects that another process uploads; none if that cannot be seen.

    Args:
        pid: The process.
        proc: Where the system shows processes; only Linux does.
    """
    try:
        data = (proc / str(pid) / "cmdline").read_bytes()
        directory = (proc / str(pid) / "cwd").readlink()
    except OSError:
        return ()
    return uploaded([os.fsdecode(word) for word in data.split(b"\0")[:-1]], directory)


def user_for(server: Server | None, username: str | None, owner: str) -> str:
    """The user name to answer with.

    Args:
        server: From `index_at`.
        username: The user that is asked for; None or empty for any.
        owner: The owner of the key.

    Raises:
        NoKeyError: The index takes a token for no user of this name.
    """
    if server is None or not _is_pypi(server):
        return username or owner
    if username not in {None, "", TOKEN_USER}:
        raise NoKeyError(
            f"{server[0].title} takes a token from the user {TOKEN_USER} only.",
            "Give this name, or none.",
        )
    return TOKEN_USER


def lent_key(server: Server | None, projects: Sequence[str], desk: Desk) -> tuple[str, Secret]:
    """The owner and the secret of the key for an index. Wipe the secret after use.

    Args:
        server: From `index_at`.
        projects: What is going to be uploaded; none if that is not known.
        desk: Gives environment, clock and terminal.

    Raises:
        VaultError: There is no key, or it cannot be had.
    """
    with borrowed(desk) as lender:
        now = desk.clock()
        key = _chosen(live_keys(lender.keys, server, now), projects, now)
        secret = handed_out(lender, key)
    if server is None or not _is_pypi(server) or not projects:
        return key.owner, secret
    narrowed = narrow(secret, projects, now)
    if narrowed is None:
        return key.owner, secret
    secret.wipe()
    return key.owner, narrowed


def _is_pypi(server: Server) -> bool:
    return any(profile.id in REGISTRIES for profile in server)


def _chosen(keys: list[Key], projects: Sequence[str], now: datetime) -> Key:
    if projects:
        return narrowest(keys, [Request(Ask.PUBLISH, name) for name in projects], now)
    try:
        return reaching(keys)
    except NoKeyError as error:
        raise NoKeyError(error.message, "Publish with: keyfob run -- COMMAND") from None
