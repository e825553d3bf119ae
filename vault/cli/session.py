"""Opening the vault for a verb: find it, ask for its password, close it afterwards.

Nothing here loads cryptography before a vault is opened with a password: with an agent none is.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, TypeVar

from vault.cli.desk import Desk
from vault.cli.passwords import SOURCES, given_password, need_terminal
from vault.cli.places import naming_backups, state_for, store_for
from vault.errors import WrongPasswordError
from vault.process import harden
from vault.sealing.header import read_header

if TYPE_CHECKING:
    from vault.lending import Lender
    from vault.sealing.vaultkey import VaultKey
    from vault.store.file import FileStore
    from vault.store.state import LocalState
    from vault.vault import Vault

T = TypeVar("T")

TRIES = 3
"""How often a password may be typed."""

UNLOCK_FIRST = "Unlock the vault first, with keyfob unlock."


@contextmanager
def opened(args: argparse.Namespace, desk: Desk, *, hint: str = SOURCES) -> Iterator[Vault]:
    """The open vault, locked again on leaving.

    Args:
        args: Name the vault and the password's file.
        desk: Its terminal is asked.
        hint: What to do where there is no terminal.

    Raises:
        NoPasswordError: No source gives a password, and there is no terminal.
        WrongPasswordError: It was wrong; at a prompt, `TRIES` times.
        VaultError: The vault is missing, damaged, newer, or cannot be read.
    """
    harden()
    store, state = store_for(args, desk), state_for(desk)
    with naming_backups(store):
        read_header(store.read())  # nobody types a password for a file that is no vault
        vault = _open(store, state, args, desk, hint)
    try:
        desk.notes(*store.notes, *state.notes, vault.warning)
        yield vault
    finally:
        vault.lock()


@contextmanager
def lent(args: argparse.Namespace, desk: Desk, *, prompt: bool = True) -> Iterator[Lender]:
    """What a verb that changes no key works with: an agent's keys, else the open vault's.

    In this order:

    1. The agent that `KEYFOB_AGENT` names, and no other: whoever set it lends what is meant to be
       reachable here, so nothing else is asked if it is gone.
    2. With `--password-file`, the vault opened with that password: who names one for this command
       is told if it is wrong, whatever an agent holds.
    3. This vault's own agent, if it runs.
    4. The vault opened by this computer's keyring, if `keyfob unlock --remember` had it remember.
    5. The vault opened with the password of the environment, else with one typed at the terminal.
       Typed, it also starts an agent if the setting `agent` is `on`.

    Args:
        args: Name the vault and the password's file.
        desk: Its environment, its terminal.
        prompt: Whether the terminal may be asked.

    Raises:
        NoPasswordError: The password must be typed, and there is no terminal, or no prompt.
        LockedError: The agent that `KEYFOB_AGENT` names is gone.
        VaultError: As `opened`.
    """
    from vault.cli import agents
    from vault.cli.echo import show_typing

    harden()
    lender: Lender | None = agents.named(desk)
    remembered: Vault | None = None
    if lender is None and getattr(args, "password_file", None) is None:
        lender = agents.found(args, desk)
        if lender is None:
            lender = remembered = _remembered(args, desk)
        if lender is None and prompt:
            lender = agents.started_on_demand(args, desk)
    if lender is None:
        if not prompt:
            desk = copy(desk)
            desk.terminal = lambda: None
        with opened(args, desk, hint=SOURCES if prompt else UNLOCK_FIRST) as vault:
            show_typing()  # a client that is run with a key may ask something itself
            yield vault
        return
    try:
        show_typing()
        desk.notes(lender.warning)
        yield lender
    finally:
        if remembered is not None:
            remembered.lock()


def _remembered(args: argparse.Namespace, desk: Desk) -> Vault | None:
    """The vault, opened by this computer's keyring; None if that does not open it."""
    store = store_for(args, desk)
    with naming_backups(store):
        data = store.read()
        key = remembered_key(data, desk)
        if key is None:
            return None
        from vault.vault import Vault

        desk.notes(*store.notes)
        return Vault(store, key, data, state=state_for(desk), clock=desk.clock)


def remembered_key(data: bytes, desk: Desk) -> VaultKey | None:
    """The key of a vault file, by this computer's keyring; None if that does not open it.

    A keyring that does not answer is worth a note: the password opens the vault all the same.

    Raises:
        VaultError: The file is damaged or newer.
    """
    header = read_header(data)
    if not any(slot["type"] == "keyring" for slot in header.slots):
        return None
    from vault.oskeyring import KeyringError
    from vault.sealing.vaultfile import unlock_with_keyring

    try:
        material = desk.keyring().recall(header.vault_id)
    except KeyringError as error:
        desk.complain(error)
        return None
    return None if material is None else unlock_with_keyring(data, material)


def _open(
    store: FileStore, state: LocalState, args: argparse.Namespace, desk: Desk, hint: str
) -> Vault:
    from vault.vault import Vault

    def attempt(password: str) -> Vault:
        return Vault.open(store, password, state=state, clock=desk.clock)

    return _with_password(store, args, desk, attempt, hint)


def unlocked(store: FileStore, args: argparse.Namespace, desk: Desk) -> tuple[str, VaultKey]:
    """A vault's id and key, for an agent that is to hold it. Wipe the key.

    By this computer's keyring if that opens it, else by the password; with `--password-file` by
    that password only.

    Raises:
        NoPasswordError: No source gives a password, and there is no terminal.
        WrongPasswordError: It was wrong; at a prompt, `TRIES` times.
        VaultError: The vault is missing, damaged, newer, or cannot be read.
    """
    harden()
    with naming_backups(store):
        data = store.read()
        header = read_header(data)

        def attempt(password: str) -> VaultKey:
            from vault.sealing.vaultfile import unlock

            return unlock(data, password)

        key = None
        if getattr(args, "password_file", None) is None:
            key = remembered_key(data, desk)
        return header.vault_id, key or _with_password(store, args, desk, attempt, SOURCES)


def _with_password(
    store: FileStore,
    args: argparse.Namespace,
    desk: Desk,
    attempt: Callable[[str], T],
    hint: str,
) -> T:
    given = given_password(desk, getattr(args, "password_file", None))
    return until_right(desk, f"Password of {store.label}: ", given, attempt, hint=hint)


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
