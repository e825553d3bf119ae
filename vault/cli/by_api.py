"""Rotation through a registry's API, for the verbs: the choice, the login, and what goes wrong.

A password is typed without echo, used for the call, and kept nowhere. Nothing of it is an option.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from vault.cli.parser import Parser, UsageError
from vault.errors import NoPasswordError, VaultError

if TYPE_CHECKING:  # only --help and completion go without the vault
    from vault.apis.base import Login, Need, RegistryApi
    from vault.cli.desk import Desk
    from vault.cli.terminal import Terminal
    from vault.keys.key import Key
    from vault.registries.profile import Profile
    from vault.rotation.by_api import UnsavedError
    from vault.vault import Vault

T = TypeVar("T")

_TRIES = 3
_RESCUE = 600.0
"""Seconds a value that could not be saved stays on the clipboard."""


def add_api_options(parser: Parser) -> None:
    """The options that choose who makes the new value."""
    who = parser.add_mutually_exclusive_group()
    who.add_argument(
        "--api",
        action="store_true",
        help="let the registry make the new value, through its API, or fail",
    )
    who.add_argument(
        "--by-hand", action="store_true", help="never ask the registry's API, nor about it"
    )


def chosen(
    key: Key, profile: Profile, terminal: Terminal | None, args: argparse.Namespace, desk: Desk
) -> RegistryApi | None:
    """The API that shall make the new value, or None: then it comes from the registry's page.

    Raises:
        UsageError: `--api` was given, and the registry has none.
        NoPasswordError: It needs a login, and there is no terminal to ask for that.
    """
    from vault.apis import api_of

    if args.by_hand or args.secret_stdin or args.generate:
        return None
    api = api_of(profile)
    if api is None:
        if args.api:
            raise _no_api(profile)
        return None
    if args.api:
        if terminal is None and set(api.needs) - {"otp"}:
            raise NoPasswordError(
                f"{api.title} makes a new value for your login only, and there is no terminal to "
                "ask for that.",
                "Rotate it at a terminal.",
            )
        desk.notes(api.warning)
        return api
    if terminal is None:
        return None
    if key.asked is not None:
        desk.note(f"{api.title} was asked for a new value before, and no answer is known.")
    desk.notes(api.warning)
    old = "; the old one stops working at once" if api.ends_old else ""
    desk.note(f"{api.title} can make the new value itself, at {api.address}{old}.")
    answer = terminal.ask("[Enter] let it, [p]aste one by hand: ")
    return None if answer.strip().lower()[:1] == "p" else api


def _no_api(profile: Profile) -> UsageError:
    if profile.api is None:
        return UsageError(
            f"{profile.title} makes no keys through an API.", "Leave --api out: rotate it by hand."
        )
    return UsageError(
        f"It is not known where the API of {profile.title} is.",
        "Say so in a profile of your own: see keyfob registries --help.",
    )


@dataclass(frozen=True)
class ApiTurn:
    """One rotation through an API.

    Attributes:
        vault: The open vault.
        key: The key.
        profile: Its registry.
        api: Its registry's API.
        why: The user's reason.
    """

    vault: Vault
    key: Key
    profile: Profile
    api: RegistryApi
    why: str

    def make(self, expires: datetime | None, terminal: Terminal | None, desk: Desk) -> Key:
        """Ask for the login, have the new value made, keep it, and say so.

        Args:
            expires: When the new value shall end, or None for never.
            terminal: Whom to ask, or None.
            desk: Takes the talk.

        Raises:
            ApiError: The registry refused, or was not reached; nothing changed.
            ApiUnsureError: It was asked, and nobody knows what came of it.
            UnsavedError: The new value could not be saved, and nobody could be asked, or gave up.
            VaultError: As `vault.rotation.by_api.renew`.
        """
        from shlex import quote

        from vault.cli.words import say_until
        from vault.rotation.by_api import UnsavedError, renew
        from vault.text import safe

        differences: list[str] = []

        def ask(login: Login) -> Key:
            desk.note(f"Asking {self.api.title} ...")
            return renew(
                self.vault,
                self.key.id,
                self.api,
                login,
                profile=self.profile,
                expires=expires,
                why=self.why,
                tell=differences.append,
                clock=desk.clock,
            )

        try:
            asking = _Asking(self.key, self.api, terminal, desk)
            key = asking.until_answered(self.api.needs, ask)
        except UnsavedError as error:
            if terminal is None:
                raise
            key = _rescued(error, terminal, desk)
        desk.note(f"Rotated {key.name}; {say_until(key.lifetime, desk)}.")
        desk.notes(*differences)
        if differences and self.api.inspects:
            desk.note(f"What to do about it: keyfob show {quote(safe(key.name))} --ask")
        if self.api.ends_old:
            desk.note("The old value works no more.")
        return key


def end_old(vault: Vault, key: Key, api: RegistryApi, terminal: Terminal | None, desk: Desk) -> Key:
    """Have a registry end a key's former values.

    Raises:
        VaultError: As `vault.rotation.by_api.retire`.
    """
    from vault.rotation.by_api import retire

    def ask(login: Login) -> Key:
        return retire(vault, key.id, api, login)

    ended = _Asking(key, api, terminal, desk).until_answered(api.retire_needs or (), ask)
    left = "; another one is still to be ended by hand" if ended.retire else ""
    desk.note(f"  {api.title} ended the old value of {key.name}{left}.")
    return ended


@dataclass(frozen=True)
class _Asking:
    """Who is asked for a login, and where it is for."""

    key: Key
    api: RegistryApi
    terminal: Terminal | None
    desk: Desk

    def until_answered(self, needs: tuple[Need, ...], call: Callable[[Login], T]) -> T:
        """What a call answers; one-time codes are asked for as long as the registry wants one."""
        from vault.apis.base import OtpNeededError

        with self._login(needs) as login:
            otp = ""
            for _ in range(_TRIES):
                try:
                    return call(replace(login, otp=otp))
                except OtpNeededError as error:
                    if self.terminal is None:
                        raise
                    self.desk.complain(error)
                    otp = self.terminal.ask("One-time code: ").strip()
            return call(replace(login, otp=otp))

    @contextmanager
    def _login(self, needs: tuple[Need, ...]) -> Iterator[Login]:
        """What the API needs of the user; the password is wiped in the end."""
        from vault.apis.base import Login
        from vault.keys.secret import Secret

        title = self.api.title
        if not set(needs) - {"otp"}:
            yield Login()
            return
        if self.terminal is None:
            raise NoPasswordError(f"There is no terminal to ask for your login at {title} on.")
        account = ""
        if "account" in needs:
            typed = self.terminal.ask(f"Your name at {title} [{self.key.owner}]: ")
            account = typed.strip() or self.key.owner
        asked = f"Your password at {title} (not shown, not kept): "
        with Secret(self.terminal.ask_hidden(asked)) as password:
            yield Login(account, password)


def _rescued(error: UnsavedError, terminal: Terminal, desk: Desk) -> Key:
    """The key, once its new value could be saved after all.

    Raises:
        UnsavedError: The user gave up.
    """
    with error.secret:
        desk.complain(error)
        while True:
            letter = terminal.ask("[s]ave again, [c]opy it, [q]uit: ").strip().lower()[:1]
            if letter == "q":
                raise error
            try:
                if letter == "s":
                    return error.save()
                if letter == "c":
                    with desk.copying() as place:
                        desk.note(place(error.secret, _RESCUE).sentence)
            except VaultError as why:
                desk.complain(why)
