"""Narrowing a PyPI token before it is handed out: one command's projects, and ten minutes.

A macaroon's holder may add caveats to it offline (`pypi/warehouse`, `macaroons/caveats`). What then
leaves the vault is worth almost nothing to who finds it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from vault.keys.glob import normalise_project
from vault.keys.secret import Secret

REGISTRIES = frozenset({"pypi", "testpypi"})
"""Those that take a narrowed token."""

GOOD_FOR = timedelta(minutes=10)
"""How long a narrowed token is good for."""

SKEW = timedelta(minutes=5)
"""How far the registry's clock may be behind this machine's."""


def narrow(secret: Secret, projects: Iterable[str], now: datetime) -> Secret | None:
    """The same token, good for these projects and `GOOD_FOR` only; None if it is no macaroon.

    Args:
        secret: The token.
        projects: Names of projects, at least one.
        now: The current time.

    Raises:
        ValueError: There is no project: the token would be good for nothing.
    """
    from vault.keys.formats.caveats import Expiration, ProjectName
    from vault.keys.formats.macaroon import attenuate
    from vault.keys.formats.recognition import MalformedKeyError

    names = tuple(sorted({normalise_project(name) for name in projects}))
    if not names:
        raise ValueError("a token is narrowed to one project at least")
    time = Expiration(int((now + GOOD_FOR).timestamp()), int((now - SKEW).timestamp()))
    try:
        return Secret(attenuate(secret.reveal(), [ProjectName(names), time]))
    except MalformedKeyError:
        return None
