"""The commands that save, and what the vault holds before and after each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.faults import shim
from tests.faults.place import (
    PASSWORD,
    SECRETS,
    Content,
    Held,
    Outcome,
    Place,
    content_of,
    new_place,
    template,
    write_private,
)
from tests.faults.shim import NOTHING, Fault
from vault import Change as Edit
from vault.errors import VaultMissingError, WrongPasswordError
from vault.sealing import vaultfile

FRESH = "canary-fresh-c4d8"
ROTATED = "canary-rotated-11ba"
NEW_PASSWORD = "another Passwort canary-pw-66f0"
SMALL_COMPUTER = 128
"""MiB of memory with which keyfob takes the least key derivation it may, for speed."""

OLD: Content = {name: Held(secret) for name, secret in SECRETS.items()}
NONE: Content = {}


@dataclass(frozen=True)
class Change:
    """A command that saves once.

    Attributes:
        name: Its verb, or what it does beside that.
        argv: What is typed.
        after: What the vault holds when it is done.
        stdin: What is piped in.
        password: What opens it when it is done.
    """

    name: str
    argv: tuple[str, ...]
    after: Content
    stdin: str = ""
    password: str = PASSWORD

    @property
    def creates(self) -> bool:
        """Whether there is no vault before."""
        return self.name == "init"

    @property
    def restores(self) -> bool:
        """Whether it puts a copy back, older than what this machine has seen."""
        return self.name == "restore"

    def place(self, room: Path) -> Place:
        """A place in which it can be run."""
        place = new_place(room, vault=not self.creates)
        write_private(place.home / "new-password", NEW_PASSWORD + "\n")
        return place

    def run(
        self,
        place: Place,
        fault: Fault = NOTHING,
        *,
        wrap: Sequence[str] = (),
        fresh: bool = False,
        limits: Mapping[str, int] | None = None,
        umask: int = 0o022,
    ) -> Outcome:
        """Run it as `Place.run` does, on a small computer where the fault library works."""
        small = None if shim.why_not() else replace(fault, memory=SMALL_COMPUTER)
        return place.run(
            *self.argv,
            stdin=self.stdin,
            fault=small,
            wrap=wrap,
            fresh=fresh,
            limits=limits,
            umask=umask,
        )

    def check(self, place: Place, done: Outcome) -> None:
        """Assert that the vault holds the old state or the new, and can be saved again."""
        password, found = self.state(place)
        before = (PASSWORD, None if self.creates else OLD)
        after = (self.password, self.after)
        allowed = [after] if done.status == 0 else [before, after]
        assert (password, found) in allowed, f"exit {done.status}, {found}, {done.err}"
        if found is not None:
            if done.status == 0:
                for text in self._void(place):
                    opens_nothing(place, text)
            if self.restores and found == self.after:
                kept = [path.read_bytes() for path in place.store.kept()]
                assert template().vault.read_bytes() in kept, "what it replaced is lost"
            save_again(place, password, older=self.restores)
        check_files(place)

    def _void(self, place: Place) -> list[str]:
        """What opened the vault before, and must not any more."""
        if self.name in {"recover", "new-vault-key"}:
            return [PASSWORD, place.code_file.read_text("utf-8").strip()]
        return [PASSWORD] if self.password != PASSWORD else []

    def state(self, place: Place) -> tuple[str, Content | None]:
        """What opens the vault now, and what it holds; None if there is no vault."""
        for password in (PASSWORD, NEW_PASSWORD):
            try:
                return password, place.content(password)
            except VaultMissingError:
                return password, None
            except WrongPasswordError:
                continue
        raise AssertionError("neither the old password nor the new opens it")


def opens_nothing(place: Place, text: str) -> None:
    """Assert that neither the vault nor its backup opens with what opened it before."""
    for path in (place.vault, *place.store.backups()):
        try:
            vaultfile.unlock(path.read_bytes(), text)
        except WrongPasswordError:
            continue
        raise AssertionError(f"what is void still opens {path.name}")


def save_again(place: Place, password: str = PASSWORD, *, older: bool = False) -> None:
    """Assert that the next save works and leaves no stale file.

    Args:
        place: Where.
        password: What opens the vault.
        older: Whether it may be an older copy, and what was there kept beside it.
    """
    vault = place.open(password)
    content = content_of(vault)
    assert not vault.warning or (older and "older copy" in vault.warning), vault.warning
    if vault.keys:
        vault.edit(vault.keys[-1].id, Edit(note="after the fault"))
    else:
        vault.set_index("dates")
    vault.lock()
    after = place.content(password)
    assert after.keys() == content.keys()
    assert not content or list(after.values())[-1].note == "after the fault"
    kept = {ending for ending in place.beside() if older and ending.startswith(".replaced-")}
    assert place.beside() <= {".lock", ".bak"} | kept, place.beside()


def check_files(place: Place) -> None:
    """Assert that every file is private, and that none holds a secret or the password."""
    for path in place.files.rglob("*"):
        mode = path.stat().st_mode & 0o777
        if path.is_dir():
            assert mode == 0o700 or path in (place.files, place.files / "state"), f"{mode:o} {path}"
            continue
        assert mode == 0o600, f"{mode:o} {path.name}"
        data = path.read_bytes()
        assert b"canary" not in data, f"a secret in {path.name}"
        assert PASSWORD.encode() not in data


def changes() -> dict[str, Change]:
    """The commands, by their name."""
    feed = ("--registry", "own-feed", "--owner", "build", "--scope", "push", "--glob", "Contoso.*")
    alpha, gamma = OLD["alpha"], OLD["gamma"]
    every = (
        Change(
            "new",
            ("new", "fresh", *feed, "--secret-stdin"),
            OLD | {"fresh": Held(FRESH)},
            FRESH,
        ),
        Change(
            "rotate",
            ("rotate", "alpha", "--secret-stdin"),
            OLD | {"alpha": alpha._replace(secret=ROTATED, revision=2)},
            ROTATED,
        ),
        Change("remove", ("remove", "beta", "--yes"), _without("beta")),
        Change(
            "edit",
            ("edit", "gamma", "--note", "edited"),
            OLD | {"gamma": gamma._replace(note="edited")},
        ),
        Change("revoke", ("revoke", "alpha"), OLD | {"alpha": alpha._replace(revoked=True)}),
        Change("init", ("init",), NONE),
        Change(
            "password",
            ("password", "--new-password-file", "new-password"),
            OLD,
            password=NEW_PASSWORD,
        ),
        Change(
            "new-vault-key",
            ("password", "--new-vault-key", "--new-password-file", "new-password"),
            OLD,
            password=NEW_PASSWORD,
        ),
        Change(
            "recover",
            ("recover", "--code-file", "code", "--new-password-file", "new-password"),
            OLD,
            password=NEW_PASSWORD,
        ),
        Change("restore", ("backup", "restore", "--yes"), _without("gamma")),  # the last one added
    )
    return {change.name: change for change in every}


def _without(name: str) -> Content:
    return {other: held for other, held in OLD.items() if other != name}
