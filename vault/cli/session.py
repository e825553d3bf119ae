"""Opening the vault for a verb: find it, ask for its password, close it afterwards."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from vault.cli.desk import Desk
from vault.cli.passwords import SOURCES, given_password, need_terminal
from vault.cli.places import naming_backups, state_for, store_for
from vault.errors import WrongPasswordError
from vault.process import harden
from vault.sealing.header import read_header
from vault.store.file import FileStore
from vault.store.state import LocalState
from vault.vault import Vault

T = TypeVar("T")

TRIES = 3
"""How often a password may be typed."""


@contextmanager
def opened(args: argparse.Namespace, desk: Desk) -> Iterator[Vault]:
    """The open vault, locked again on leaving.

    Raises:
        NoPasswordError: No source gives a password, and there is no terminal.
        WrongPasswordError: It was wrong; at a prompt, `TRIES` times.
        VaultError: The vault is missing, damaged, newer, or cannot be read.
    """
    harden()
    store, state = store_for(args, desk), state_for(desk)
    with naming_backups(store):
        read_header(store.read())  # nobody types a password for a file that is no vault
        vault = _open(store, state, args, desk)
    try:
        desk.notes(*store.notes, *state.notes, vault.warning)
        yield vault
    finally:
        vault.lock()


def _open(store: FileStore, state: LocalState, args: argparse.Namespace, desk: Desk) -> Vault:
    def attempt(password: str) -> Vault:
        return Vault.open(store, password, state=state, clock=desk.clock)

    given = given_password(desk, getattr(args, "password_file", None))
    return until_right(desk, f"Password of {store.label}: ", given, attempt)


def until_right(
    desk: Desk, prompt: str, given: str | None, attempt: Callable[[str], T], *, hint: str = SOURCES
) -> T:
    """What an attempt answers with the password that was given, or typed at the terminal.

    Args:
        desk: Its terminal is asked; it is told of each wrong try.
        prompt: What to ask with.
        given: The password if it need not be asked for; it is tried once.
        attempt: Raises `WrongPasswordError` to be tried again.
        hint: What to do where there is no terminal.

    Raises:
        NoPasswordError: There is no terminal to ask on.
        WrongPasswordError: It was wrong; at a prompt, `TRIES` times.
    """
    if given is not None:
        return attempt(given)
    terminal = need_terminal(desk, hint)
    for _ in range(TRIES - 1):
        try:
            return attempt(terminal.ask_hidden(prompt))
        except WrongPasswordError as error:
            desk.complain(error)
    return attempt(terminal.ask_hidden(prompt))
