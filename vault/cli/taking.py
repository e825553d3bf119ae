"""Taking one found key in: what is known is kept, what is not is asked for, or the key left out."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from datetime import datetime
from typing import TYPE_CHECKING

from vault.cli.choices import parse_created
from vault.cli.hauls import Row, say_commands, say_found
from vault.cli.interview import Interview, LeftOutError, Question
from vault.cli.terminal import agrees
from vault.errors import NameTakenError, NoPasswordError, ValueRefusedError
from vault.keys.key import check_name, check_owner, name_key
from vault.moving.found import Found
from vault.moving.proposal import (
    Identity,
    Settings,
    Suggestion,
    identify,
    make_draft,
    suggest_expires,
    suggest_glob,
    suggest_name,
    suggest_scope,
)
from vault.moving.sources import Haul
from vault.registries.loader import load
from vault.text import safe

if TYPE_CHECKING:
    from vault.cli.desk import Desk
    from vault.keys.formats.recognition import Recognition
    from vault.keys.key import Draft, Key
    from vault.registries.profile import Profile
    from vault.vault import Vault

_SHOWN = 120
_OWN_FEED = "own-feed"  # what a server most likely is that no profile knows


class Taker:
    """Takes keys into an open vault, one at a time.

    While somebody is asked each key is saved as it is taken, else all of them at once in the end:
    either way none that was taken is lost if it ends early.

    Attributes:
        vault: Where they go.
    """

    def __init__(self, vault: Vault, args: argparse.Namespace, desk: Desk) -> None:
        self.vault = vault
        self._args = args
        self._desk = desk
        self._terminal = None if args.yes else desk.terminal()

    def take_all(self, hauls: Iterable[Haul], rows: list[Row]) -> None:
        """Take in every key of these.

        Args:
            hauls: What was found.
            rows: Gets what became of each, also if it ends early.

        Raises:
            StorageError: The vault could not be saved.
        """
        with nullcontext() if self._terminal is not None else self.vault.gathered():
            for haul in hauls:
                for found in haul.found:
                    if rows and self._terminal is not None:
                        self._desk.note("")
                    rows.append(self.take(haul, found))

    def take(self, haul: Haul, found: Found) -> Row:
        """Take one key in, unless the vault holds it, a setting is unknown, or the user says no.

        Raises:
            StorageError: The vault could not be saved.
        """
        identity = identify(found)
        own = self.vault.holder(found.secret)
        if own is not None:
            return Row(haul, found, identity, own, "in the vault")
        if self._terminal is not None:
            self._desk.note(f"{say_found(haul, found, identity)}.")
            for line in say_commands(found):
                self._desk.note(line)
        try:
            key, note = self._added(haul, found, identity)
        except (ValueRefusedError, NoPasswordError) as error:
            reason = " ".join(filter(None, (error.message, error.hint)))
            return Row(haul, found, identity, None, "left out", reason)
        self._desk.notes(note)
        return Row(haul, found, identity, key, "added")

    def _added(self, haul: Haul, found: Found, identity: Identity) -> tuple[Key, str]:
        """The key as it is in the vault now, and a sentence about its lifetime or "".

        Raises:
            ValueRefusedError: A setting is unknown or refused, or the user wants none of it.
        """
        if self._terminal is not None and not agrees(self._terminal, "Take it in?"):
            raise LeftOutError("You said no.")
        if found.key is not None:
            return self.vault.adopt(found.key, found.secret), ""
        draft, note = self._draft(haul, found, identity)
        recognised = identity.recognition.format
        return self.vault.add(draft, found.secret, recognised=recognised), note

    def _draft(self, haul: Haul, found: Found, identity: Identity) -> tuple[Draft, str]:
        """The settings of a key, and a sentence about its lifetime or "".

        Raises:
            ValueRefusedError: One is unknown or refused.
        """
        talk = Interview(self._terminal, self._desk)
        profile = self._profile(talk, found, identity)
        seen = profile.recognise(found.secret.reveal())
        names = [key.name for key in self.vault.keys]
        name = talk.answer(Question("Name", suggest_name(found, profile, names), _free(names)))
        owner, scope, glob = self._scope(talk, found, profile, seen)
        created, expires = self._dates(talk, haul, profile, seen)
        talk.check_complete()
        note = self._args.note or f"From {safe(haul.where, _SHOWN)}"
        settings = Settings(name, owner, _split(scope), _split(glob), expires, note)
        return make_draft(profile, seen, settings, created)

    def _profile(self, talk: Interview, found: Found, identity: Identity) -> Profile:
        if identity.profile is not None:
            return identity.profile
        if self._args.registry is not None:
            return load(self._args.registry)
        own = Suggestion(_OWN_FEED if found.address else "", sure=False)
        answer = talk.answer(Question("Registry", own, load, "registry"))
        talk.check_complete()
        return load(answer)

    def _scope(
        self, talk: Interview, found: Found, profile: Profile, seen: Recognition
    ) -> tuple[str, str, str]:
        """The owner, the actions and the globs, as typed."""
        args = self._args
        keys = reversed(self.vault.keys)
        last = next((key.owner for key in keys if key.registry == profile.id), "")
        own = Suggestion(found.owner or last, sure=bool(found.owner))
        owner = args.owner or talk.answer(Question("Owner", own, check_owner, "owner"))
        offered = ", ".join(action.id for action in profile.offered)
        scope = _joined(args.scope) or talk.answer(
            Question(
                f"What it may do ({offered})",
                suggest_scope(profile),
                lambda text: profile.parse_actions(_split(text), offered_only=False),
                "scope",
            )
        )
        glob = _joined(args.glob) or talk.answer(
            Question(
                "On which packages",
                suggest_glob(profile, seen, owner),
                lambda text: profile.parse_globs(_split(text)),
                "glob",
            )
        )
        return owner, scope, glob

    def _dates(
        self, talk: Interview, haul: Haul, profile: Profile, seen: Recognition
    ) -> tuple[datetime, str]:
        """When it was made, as far as is known, and when it ends, as typed."""
        now = self._desk.clock()
        ends = suggest_expires(profile, seen)
        day = f"{seen.created or min(haul.changed or now, now):%Y-%m-%d}"
        made = self._args.created or day
        if ends.sure or self._args.expires is not None:
            return parse_created(made, now), self._args.expires or ends.text
        if self._args.created is None:
            oldest = Suggestion(day, sure=True)
            label = "Made on" if seen.created else "Made on (a guess: the file's date)"
            made = talk.answer(Question(label, oldest, lambda text: parse_created(text, now)))
        created = parse_created(made, now)
        question = Question(
            "Expires (a time from then, or a date)",
            ends,
            lambda text: profile.parse_lifetime(text, created),
            "expires",
        )
        return created, talk.answer(question)


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


def _joined(given: list[str] | None) -> str | None:
    return None if given is None else ",".join(given)


def _free(names: list[str]) -> Callable[[str], object]:
    def check(text: str) -> object:
        name = check_name(text)
        if any(name_key(other) == name_key(name) for other in names):
            raise NameTakenError(f"A key called {name!r} exists already.", "Pick another name.")
        return name

    return check
