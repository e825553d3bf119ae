"""What the shell may complete: key names from the local index, registries and their actions."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from typing import TypeAlias

from vault.cli.parser import Parser

Completer: TypeAlias = Callable[..., Iterable[str]]
"""Called by argcomplete with `prefix` and `parsed_args`."""


def add_name(parser: Parser, about: str) -> None:
    """The argument NAME, completed from the names this machine knows."""
    completes(parser.add_argument("name", metavar="NAME", help=about), key_names)


def completes(action: argparse.Action, completer: Completer) -> None:
    """Let the shell complete an argument."""
    action.completer = completer  # type: ignore[attr-defined]  # where argcomplete looks


def key_names(parsed_args: argparse.Namespace, **_: object) -> list[str]:
    """The names in the local index of the vault that is meant; no password is needed."""
    from vault.cli.desk import Desk
    from vault.cli.places import state_for, store_for
    from vault.errors import VaultError
    from vault.index import read_names
    from vault.sealing.header import read_header

    desk = Desk()
    try:
        header = read_header(store_for(parsed_args, desk).read())
        index = state_for(desk).read_index(header.vault_id)
        names = read_names(index[1]) if index else []
    except VaultError:
        return []
    return [name for name in names if name.isprintable()]


def registries(**_: object) -> list[str]:
    """The ids of all registries keyfob knows."""
    from vault.registries.loader import known

    return [profile.id for profile in known()]


def actions(parsed_args: argparse.Namespace, **_: object) -> list[str]:
    """The actions of the registry typed so far, or of all."""
    from vault.registries.loader import known

    wanted = getattr(parsed_args, "registry", None)
    profiles = [profile for profile in known() if wanted in {None, profile.id}]
    return sorted({action.id for profile in profiles for action in profile.offered})
