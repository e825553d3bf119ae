"""Agents, for the verbs: the one that holds this vault open, or a new one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from vault.agent.client import VARIABLE, AgentVault, reach
from vault.agent.order import Order
from vault.agent.places import agent_address, agent_directory
from vault.agent.protocol import AgentError, Status
from vault.cli.desk import Desk
from vault.cli.passwords import COMMAND_VARIABLE, FILE_VARIABLE
from vault.cli.places import naming_backups, store_for
from vault.errors import LockedError, VaultError
from vault.paths import config_directory, state_directory
from vault.sealing.header import read_vault_id
from vault.settings import Settings, read_settings

if TYPE_CHECKING:  # with an agent, no vault is opened here
    from vault.sealing.vaultkey import VaultKey
    from vault.store.file import FileStore


def directory_of(desk: Desk) -> Path:
    """Where this user's agents listen."""
    return agent_directory(desk.environ, desk.state)


def settings_of(desk: Desk) -> Settings:
    """The user's settings.

    Raises:
        VaultError: Their file is malformed or cannot be read.
    """
    return read_settings(desk.config or config_directory())


def named(desk: Desk) -> AgentVault | None:
    """The agent that the environment names, or None if it names none.

    Raises:
        LockedError: It does not answer.
        AgentError: Somebody else does.
    """
    address = desk.environ.get(VARIABLE)
    if not address:
        return None
    lender = reach(Path(address))
    if lender is None:
        raise LockedError(
            f"Nobody lends keys at the address in {VARIABLE}.",
            f"Unset {VARIABLE} to use your own vault.",
        )
    return lender


def found(args: argparse.Namespace, desk: Desk) -> AgentVault | None:
    """The agent that holds this vault open, or None if there is none.

    One that cannot be talked to is worth a note, no more.

    Raises:
        VaultError: The vault is missing or damaged.
    """
    return at(*address_of(args, desk), desk)


def address_of(args: argparse.Namespace, desk: Desk) -> tuple[Path, str]:
    """Where the agent of the vault that is meant listens, and that vault's id.

    Raises:
        VaultError: The vault is missing or damaged.
    """
    vault_id = vault_id_of(args, desk)
    return agent_address(directory_of(desk), vault_id), vault_id


def vault_id_of(args: argparse.Namespace, desk: Desk) -> str:
    """The id of the vault that is meant, 32 hex digits; needs no password.

    Raises:
        VaultError: The vault is missing or damaged.
    """
    store = store_for(args, desk)
    with naming_backups(store):
        vault_id = read_vault_id(store.read())
    desk.notes(*store.notes)  # what was mended here, nobody finds again
    return vault_id


def at(address: Path, vault_id: str, desk: Desk) -> AgentVault | None:
    """The agent at this address, if it holds this vault open."""
    try:
        lender = reach(address)
    except AgentError as error:
        desk.complain(error)
        return None
    return lender if lender is not None and lender.status.vault == vault_id else None


def start(store: FileStore, vault_id: str, key: VaultKey, seconds: float, desk: Desk) -> Status:
    """Start an agent for a vault.

    Args:
        store: The vault's file.
        vault_id: 32 hex digits, from its header.
        key: The vault key.
        seconds: How long it shall hold the vault open.
        desk: Gives the environment and the directories.

    Raises:
        VaultError: It cannot be started, or cannot hold the vault.
    """
    from vault.agent.start import start_agent

    return start_agent(order_for(store, vault_id, seconds, desk), key, environ=desk.environ)


def order_for(store: FileStore, vault_id: str, seconds: float, desk: Desk) -> Order:
    """What an agent for this vault is started with."""
    return Order(
        vault=str(store.path),
        address=str(agent_address(directory_of(desk), vault_id)),
        state=str(desk.state or state_directory()),
        seconds=seconds,
    )


def started_on_demand(args: argparse.Namespace, desk: Desk) -> AgentVault | None:
    """A new agent, if the user wants one and types the password for it; else None.

    One that cannot be started is worth a note; the vault is then opened without.

    Raises:
        WrongPasswordError: What was typed is wrong.
    """
    from vault.cli.session import unlocked

    if desk.environ.get(FILE_VARIABLE) or desk.environ.get(COMMAND_VARIABLE):
        return None  # nothing is typed, so there is nothing to spare
    settings = settings_of(desk)
    if settings.agent == "off" or desk.terminal() is None:
        return None
    store = store_for(args, desk)
    vault_id, key = unlocked(store, args, desk)
    try:
        status = start(store, vault_id, key, settings.unlock_for, desk)
    except VaultError as error:
        desk.complain(error)
        return None
    finally:
        key.wipe()
    desk.note(say_until(status, desk))
    return at(agent_address(directory_of(desk), vault_id), vault_id, desk)


def say_until(status: Status, desk: Desk) -> str:
    """Until when a vault is unlocked, in a sentence."""
    end = "" if status.until is None else f" until {desk.local(status.until):%H:%M}"
    return f"{status.label} is unlocked{end}; keyfob lock ends that."
